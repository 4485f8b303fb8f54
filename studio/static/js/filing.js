// Filing: words are kept while they are typed, photos are made small and sent at once, and a missing network loses nothing.
(function () {
  "use strict";
  var form = document.getElementById("filing");
  if (!form || !window.fetch || !window.FormData) return;

  var PAUSE = 1200;          // ms without typing before the draft is sent
  var saved = document.getElementById("saved");
  var shots = document.getElementById("shots");
  var photoProblem = document.getElementById("photo-problem");
  var place = "studio-unkept:" + form.dataset.owner + ":" + form.getAttribute("action");
  var timer = 0, sending = false, again = false, waiting = false, leaving = false;

  function words() {
    var kept = [];
    form.querySelectorAll("input, textarea, select").forEach(function (field) {
      if (!field.name || field.type === "hidden" || field.type === "file") return;
      kept.push([field.name, field.type === "checkbox" ? field.checked : field.value]);
    });
    return kept;
  }

  function remember() {
    if (form.dataset.keeping) return;  // keeping.js has a better place for them
    if (document.documentElement.dataset.kiosk !== undefined) return;  // the next one here is somebody else
    try { localStorage.setItem(place, JSON.stringify({ at: Date.now(), words: words() })); } catch (full) { /* private mode */ }
  }
  function forget() {
    try { localStorage.removeItem(place); } catch (none) { /* private mode */ }
  }

  function forgetSent() {
    try {
      localStorage.removeItem(sessionStorage.getItem("studio-sent"));
      sessionStorage.removeItem("studio-sent");
    } catch (none) { /* private mode */ }
  }

  function say(text, look) {
    saved.lastElementChild.textContent = text;
    saved.classList.toggle("saved-yes", look !== "not");
    saved.classList.toggle("saved-not", look === "not");
  }

  // What could not be sent last time comes back, field by field in the order of the page.
  function restore() {
    var text = null;
    if (document.getElementById("errors")) { forget(); forgetSent(); return; }  // the server gave the words back itself
    if (form.dataset.keeping) return;
    try { text = localStorage.getItem(place); } catch (none) { return; }
    if (!text) return;
    var kept = JSON.parse(text).words, next = 0;
    form.querySelectorAll("input, textarea, select").forEach(function (field) {
      if (!field.name || field.type === "hidden" || field.type === "file") return;
      var entry = kept[next++];
      if (!entry || entry[0] !== field.name) return;
      if (field.type === "checkbox") field.checked = entry[1] === true;
      else if (!field.value || field.tagName !== "SELECT") field.value = entry[1] || field.value;
    });
    say(form.dataset.restored, "not");
    changed();
  }

  function changed() {
    remember();
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  function send(photo) {
    clearTimeout(timer);
    if (sending) { again = true; return; }
    if (leaving) return;
    sending = true;
    var body = new FormData(form);
    ["before", "after", "files"].forEach(function (name) { body.delete(name); });
    if (photo) body.append(photo.name, photo.file, photo.file.name);
    (photo && window.studioSend ? window.studioSend(form.dataset.autosave, body, shots.querySelector("[data-sending]")) : fetch(form.dataset.autosave, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" }))
      .then(function (answer) {
        return answer.json().then(function (facts) { return { ok: answer.ok, facts: facts }; });
      })
      .then(function (got) {
        if (!got.ok) { say(got.facts.message || form.dataset.unsent, "not"); return; }
        if (got.facts.receipt) { leaving = true; forget(); location.assign(got.facts.receipt); return; }
        kept(got.facts, photo);
      })
      .catch(function (problem) {
        if (problem.name === "AbortError") { shots.classList.remove("is-busy"); return; }  // the bar has said it
        waiting = true;
        say(form.dataset.offline, "not");
      })
      .then(function () {
        sending = false;
        if (again) { again = false; changed(); }
      });
  }

  function kept(facts, withPhoto) {
    waiting = false;
    form.dispatchEvent(new CustomEvent("studio:kept", { detail: { newest: !again, photo: withPhoto && withPhoto.file } }));
    if (!again) forget();
    form.setAttribute("action", facts.address);
    form.dataset.autosave = facts.autosave;
    document.getElementById("revision").value = facts.revision;
    form.elements.title.placeholder = facts.called;  // what it is called if the field stays empty
    if (withPhoto) {
      shots.innerHTML = facts.shots;
      shots.classList.remove("is-busy");
      photoProblem.textContent = facts.refused.join(" ");
    }
    say(facts.said);
    // A reload or the back button should find the draft.
    if (history.replaceState) history.replaceState(null, "", facts.address);
    place = "studio-unkept:" + form.dataset.owner + ":" + facts.address;
  }

  function shrink(file) {
    return self.Photos ? Photos.shrink(file) : Promise.resolve(file);
  }

  function takePhotos(input) {
    var files = Array.prototype.slice.call(input.files), name = input.name;
    shots.classList.add("is-busy");
    files.reduce(function (before, file) {
      return before.then(function () { return shrink(file); }).then(function (small) {
        form.dispatchEvent(new CustomEvent("studio:photo", { detail: { name: name, file: small, whole: file } }));
        return new Promise(function (done) {
          (function attempt() {
            if (sending) { setTimeout(attempt, 150); return; }
            send({ name: name, file: small });
            done();
          })();
        });
      });
    }, Promise.resolve()).then(function () {
      setTimeout(function () { shots.classList.remove("is-busy"); }, 4000);
    });
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", function (event) {
    if (event.target.type === "file") { if (event.target.files.length) takePhotos(event.target); }
    else changed();
  });

  // Without a network the filing waits here and goes by itself.
  form.addEventListener("submit", function (event) {
    remember();
    if (navigator.onLine === false && !form.dataset.keeping) {
      event.preventDefault();
      waiting = "submit";
      say(form.dataset.offline, "not");
      return;
    }
    leaving = true;
    clearTimeout(timer);
    forgetWhenThere();
  });
  form.addEventListener("studio:back", function () { leaving = false; });
  function forgetWhenThere() {
    // The next page proves that the server has it; the words stay until then.
    try { sessionStorage.setItem("studio-sent", place); } catch (none) { /* private mode */ }
  }
  window.addEventListener("online", function () {
    if (waiting === "submit") document.getElementById("send").click();
    else if (waiting) send();
  });

  // Machines come as their code or name is typed; without this those of one's own unit are offered.
  var where = form.querySelector("[data-names]");
  if (where) where.addEventListener("input", function () {
    var typed = where.value;
    clearTimeout(where.waits);
    where.waits = setTimeout(function () {
      fetch(where.dataset.names + "?q=" + encodeURIComponent(typed), { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .then(function (names) {
          if (where.value !== typed || names.indexOf(typed) >= 0) return;
          where.list.replaceChildren.apply(where.list, names.map(function (name) { return new Option(name, name); }));
        })
        .catch(function () { /* without a network it stays what was typed */ });
    }, 250);
  });

  // One more row for a colleague needs no round trip.
  var add = document.getElementById("add-person");
  if (add) add.addEventListener("click", function (event) {
    var rows = document.getElementById("people-rows"), last = rows.lastElementChild, number = rows.children.length + 1;
    var row = last.cloneNode(true);
    row.querySelectorAll("input").forEach(function (field) { field.value = ""; field.id = field.id.replace(/\d+$/, number); });
    row.querySelectorAll("label").forEach(function (label) { label.htmlFor = label.htmlFor.replace(/\d+$/, number); label.textContent = label.textContent.replace(/\d+/, number); });
    rows.appendChild(row);
    row.querySelector("input").focus();
    event.preventDefault();
  });

  restore();
})();
