// The one script of the hosted pages, on the code page. Everything works without it.
(() => {
  "use strict";
  const state = document.getElementById("state");
  const code = document.getElementById("code");
  const form = document.getElementById("check");

  // The code comes in from the SMS; the person reads it and presses the button.
  if (code && form && "OTPCredential" in window) {
    const stop = new AbortController();
    form.addEventListener("submit", () => stop.abort());
    navigator.credentials.get({ otp: { transport: ["sms"] }, signal: stop.signal }).then((otp) => {
      if (!otp || code.value) return;
      code.value = otp.code;
      const filled = document.getElementById("filled");
      filled.textContent = filled.dataset.text;
    }, () => {});
  }

  // Where the message stands, as it changes.
  if (state && state.dataset.events) {
    const events = new EventSource(state.dataset.events);
    events.addEventListener("message", (event) => {
      const { state: name, text } = JSON.parse(event.data);
      state.dataset.state = name;
      if (state.textContent !== text) state.textContent = text;
    });
    // A GET of the page, not a reload: the page may be the answer to a POST.
    events.addEventListener("done", () => {
      events.close();
      location.replace(state.dataset.page);
    });
    // A form on its way leads somewhere by itself; what it does on the server is no news to this page.
    addEventListener("submit", () => events.close());
    addEventListener("pagehide", () => events.close());
  }

  // Waits that the server keeps, counted down for the eye.
  for (const wait of document.querySelectorAll("[data-seconds]")) {
    const end = performance.now() + wait.dataset.seconds * 1000;
    if (!(wait.dataset.seconds > 0)) continue;
    const tick = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      const text = left > 0 ? wait.dataset.text.replace("{n}", left) : wait.dataset.ready;
      if (wait.textContent !== text) wait.textContent = text;
      if (left > 0) setTimeout(tick, 250);
    };
    tick();
  }
})();
