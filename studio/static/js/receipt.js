// A slip is as long as its words; and whoever pressed “print” on the page before has said enough.
(function () {
  "use strict";
  const link = document.querySelector("link[data-paper]"), paper = document.querySelector(".paper");
  if (!link || !paper) return;
  const PIXELS_A_MM = 96 / 25.4;

  function cut() {
    const high = Math.ceil(paper.getBoundingClientRect().height / PIXELS_A_MM) + 1;
    link.sheet.insertRule("@page { size: 80mm " + high + "mm; margin: 0; }", link.sheet.cssRules.length);
  }

  function begin() {
    if (link.dataset.paper === "slip") cut();
    if (location.hash !== "#print") return;
    history.replaceState(null, "", location.pathname + location.search);  // a reload prints nothing
    window.print();
  }
  if (document.readyState === "complete") begin(); else window.addEventListener("load", begin);
})();
