// The one script of the hosted pages, on the code page. Everything works without it.
(() => {
  "use strict";
  /** How long after a touch the page stays, in milliseconds: longer than a finger rests on a button. */
  const TOUCH_MS = 1500;
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
      if (state.dataset.state !== name) document.querySelector("[data-waits]")?.remove();
      state.dataset.state = name;
      if (state.textContent !== text) state.textContent = text;
    });
    // The page never moves under a hand: a tap that has begun counts for what was seen, and what was typed or picked is
    // not lost. Whoever sends it comes to where things stand by then.
    let touchedAt = -Infinity;
    let holds = false;
    let leaves = false;
    addEventListener("pointerdown", () => { touchedAt = performance.now(); });
    addEventListener("input", () => { holds = true; });
    addEventListener("click", (event) => { leaves ||= Boolean(event.target.closest("a:not([href^=tel], [href^=mailto])")); });
    const move = () => {
      if (holds || leaves) return;
      const left = touchedAt + TOUCH_MS - performance.now();
      // A GET of the page, not a reload: the page may be the answer to a POST.
      if (left > 0) setTimeout(move, left); else location.replace(state.dataset.page);
    };
    events.addEventListener("done", () => {
      events.close();
      move();
    });
    // A form on its way leads somewhere by itself; what it does on the server is no news to this page.
    const leave = () => {
      leaves = true;
      events.close();
    };
    addEventListener("submit", leave);
    addEventListener("pagehide", leave);
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
