// One proposal: photos laid on each other, one tap without losing the place, the address to copy.
// Everything works without this file; nothing moves on the page before somebody asks for it.
(function () {
  "use strict";

  // Before and after as one picture with a rule across it. Arrow keys, a finger or the mouse move the rule.
  function stage(pair) {
    var under = pair.querySelector(".photo a"), over = pair.querySelector(".photo-after a");
    var range = document.createElement("input"), line = document.createElement("span");
    range.type = "range"; range.min = 0; range.max = 100; range.step = 2; range.value = 50;
    range.className = "compare-range";
    range.setAttribute("aria-label", pair.dataset.label);
    line.className = "compare-line";
    line.setAttribute("aria-hidden", "true");
    function fit() {
      var height = under.getBoundingClientRect().height + "px";
      [over, range, line].forEach(function (one) { one.style.height = height; });
    }
    function cut() {
      pair.style.setProperty("--at", 100 - range.value + "%");
      range.setAttribute("aria-valuetext", range.value + " %");
    }
    range.addEventListener("input", cut);
    return {
      on: function () {
        pair.classList.add("comparing");
        pair.appendChild(range); pair.appendChild(line);
        [under, over].forEach(function (link) { link.tabIndex = -1; });
        sharpen(pair);
        cut(); fit();
        window.addEventListener("resize", fit);
        range.focus();
      },
      off: function () {
        pair.classList.remove("comparing");
        range.remove(); line.remove();
        [under, over].forEach(function (link) { link.removeAttribute("tabindex"); });
        over.style.height = "";
        window.removeEventListener("resize", fit);
      }
    };
  }

  // A wide screen shows more than the small picture has.
  function sharpen(pair) {
    if (pair.clientWidth < 500) return;
    pair.querySelectorAll("img").forEach(function (picture) { picture.src = picture.parentNode.href; });
  }

  document.querySelectorAll("[data-compare]").forEach(function (pair) {
    var row = pair.querySelector(".compare-row"), button = row && row.querySelector("button");
    if (!button) return;
    var shown = stage(pair), on = false;
    button.hidden = false;
    button.addEventListener("click", function () {
      on = !on;
      button.lastChild.textContent = on ? pair.dataset.apart : pair.dataset.compare;
      if (on) shown.on(); else shown.off();
    });
  });

  // Thanking and following: the page is asked for as without a script, and only what changed is put in its place.
  function inPlace(event) {
    var form = event.target;
    if (!form.dataset || !form.dataset.inPlace || !window.fetch) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw answer.status; return answer.text(); })
      .then(function (text) {
        var id = form.dataset.inPlace, page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.getElementById(id), place = document.getElementById(id);
        var index = Array.prototype.indexOf.call(place.querySelectorAll("form"), form);
        place.replaceWith(document.importNode(fresh, true));
        var forms = document.getElementById(id).querySelectorAll("form");
        if (forms[index]) forms[index].querySelector("button").focus();
        told(page);
        copying(document.getElementById(id));
      })
      .catch(function () { form.submit(); });  // whatever it was, the server says it in words
  }

  // What the page would have said is said without moving anything: the button shows it to who sees.
  function told(page) {
    var words = page.querySelector(".messages"), place = document.querySelector("[data-told]");
    if (words && place) place.textContent = words.textContent.trim();
  }

  // Intranets are often without https, where there is no clipboard to ask: the selected field copies everywhere.
  function copying(place) {
    place.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        document.getElementById(button.dataset.copy).select();
        if (document.execCommand("copy")) button.textContent = button.dataset.copied;
      });
    });
  }

  document.addEventListener("submit", inPlace, true);
  copying(document);

  // A word that is pointed at is seen, also where it is folded away.
  function unfold() {
    var said = location.hash && document.getElementById(location.hash.slice(1)), fold = said && said.closest("details");
    if (!fold || fold.open) return;
    fold.open = true;
    said.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();
})();
