// Keeps the phones up to date as messages arrive, and saves a switch when it is turned. Without it the page works by
// its forms and by reloading.
"use strict";
(() => {
  const list = document.querySelector("[data-cards]");
  const at = (number, rest) => `${list.dataset.cards}/phones/${encodeURIComponent(number)}${rest}?lang=${list.dataset.lang}`;

  const fetched = async (number) => {
    const response = await fetch(at(number, "/card"));
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("article");
  };

  const swap = (old, fresh, part) => {
    const now = fresh.querySelector(part);
    if (part === ".settings") now.open = old.querySelector(part).open;
    old.querySelector(part).replaceWith(now);
  };

  const show = async (number) => {
    const fresh = await fetched(number);
    if (!fresh) return;
    const old = document.getElementById(fresh.id);
    if (!old) return list.append(fresh);
    old.className = fresh.className;
    swap(old, fresh, ".live");
    // Somebody may be in the middle of changing something there.
    if (!old.querySelector(".settings").contains(document.activeElement)) swap(old, fresh, ".settings");
  };

  // A phone that gets many messages at once is drawn once.
  const due = new Set();
  const soon = (number) => {
    if (due.has(number)) return;
    due.add(number);
    setTimeout(() => { due.delete(number); show(number); }, 50);
  };

  const events = new EventSource(`${list.dataset.cards}/events`);
  events.addEventListener("message", (event) => soon(event.data));
  events.addEventListener("reload", () => location.reload());

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.set");
    if (!form || event.target.type !== "checkbox") return;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  });
})();
