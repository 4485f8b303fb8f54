/* A part of the page that shows how far something is looks again by itself. Without this a link does so. */
"use strict";
(() => {
  const SECONDS = 2;
  let part = document.querySelector("[data-watched]");
  const says = document.querySelector("[data-watched-says]");
  if (!part || !window.fetch || !window.DOMParser) return;

  const put = (fresh) => {
    if (part.contains(document.activeElement)) return;  // nobody loses his place
    part.replaceWith(fresh);
    part = fresh;
    if (says && part.dataset.over) says.textContent = part.dataset.over;
  };

  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = answer.ok && page.querySelector("[data-watched]");
        if (!fresh) return;  // signed out meanwhile: the page stays as it was last seen
        put(document.importNode(fresh, true));
      } catch (none) { /* no network; the next look may find one */ }
    }
    again();
  };

  const again = () => { if (part.hasAttribute("data-running")) setTimeout(look, SECONDS * 1000); };
  again();
})();
