// While a title and a problem are typed: is it there already? Without this file a button asks; without a network nothing.
(function () {
  "use strict";
  var place = document.getElementById("alike"), form = document.getElementById("filing");
  if (!place || !form || !window.fetch || !window.AbortController) return;

  var PAUSE = 700;   // ms without typing before it is asked
  var LEAST = 4;     // characters that can say anything
  var timer = 0, going = null, last = "";

  function words() { return form.elements.title.value.trim() + "\n" + form.elements.problem.value.trim(); }

  function ask(asked) {
    var now = words();
    clearTimeout(timer);
    if (now.length <= LEAST || (now === last && !asked)) return;
    last = now;
    if (going) going.abort();
    going = new AbortController();
    var body = new FormData();
    ["csrf_token", "title", "problem"].forEach(function (name) { body.append(name, form.elements[name].value); });
    if (asked) body.append("asked", "1");
    fetch(place.dataset.ask, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin", signal: going.signal })
      .then(function (answer) { return answer.ok ? answer.json() : { part: "" }; })
      .then(function (facts) { show(facts.part.trim()); })
      .catch(function () { /* no network, or asked anew meanwhile */ });
  }

  function show(part) {
    if (!part || part === place.dataset.shown) return;  // what is read just now stays open
    place.dataset.shown = part;
    place.innerHTML = part;
    openBeside();
  }

  // Where it stands beside the form, opening it moves nothing.
  function openBeside() {
    var found = place.querySelector("details");
    if (found && window.matchMedia("(min-width: 62rem)").matches) found.open = true;
  }

  form.addEventListener("input", function (event) {
    if (event.target.name !== "title" && event.target.name !== "problem") return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  place.addEventListener("click", function (event) {
    if (!event.target.closest("button")) return;
    event.preventDefault();
    ask(true);
  });
  openBeside();
})();
