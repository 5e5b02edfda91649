// Keeps a page up to date as messages arrive, and saves a switch when it is turned. Without it the pages work by their
// forms and by reloading.
"use strict";
(() => {
  const place = document.querySelector("[data-events]");

  // The page as the server would show it now.
  const fetched = async () => {
    const response = await fetch(location.href);
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  };

  const swap = (fresh) => {
    const old = document.getElementById(fresh.id);
    if (!old) return place.prepend(fresh);
    if (old.outerHTML === fresh.outerHTML) return;
    const held = old.contains(document.activeElement);
    // Somebody may be in the middle of changing something there.
    if (held && old.matches("form")) return;
    old.replaceWith(fresh);
    if (held) fresh.querySelector("a, [tabindex]").focus();
  };

  const show = async () => {
    const page = await fetched();
    if (page) page.querySelectorAll("[data-live]").forEach(swap);
  };

  // Many messages at once are drawn once.
  let due = false;
  const soon = () => {
    if (due) return;
    due = true;
    setTimeout(() => { due = false; show(); }, 50);
  };

  if (place) {
    const only = place.dataset.number;
    const events = new EventSource(place.dataset.events);
    events.addEventListener("message", (event) => { if (!only || only === event.data) soon(); });
    events.addEventListener("reload", () => location.reload());
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.set");
    if (!form || event.target.type !== "checkbox") return;
    event.target.toggleAttribute("checked", event.target.checked); // as the server will show it
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  });
})();
