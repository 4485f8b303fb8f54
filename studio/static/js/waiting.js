// Proposals that wait in the browser for a network: its database, and sending each of them once. For pages and the worker.
// Whoever asks sets Waiting.address. The server tells the same proposal by its key, so sending twice is only a waste.
"use strict";
self.Waiting = (function () {
  const QUIET = 120000;    // ms after which words that nobody is writing any more go as a draft
  const PATIENCE = 90000;  // ms without a byte of progress before a connection is given up
  const LEASE = 180000;    // ms for which one page may send where the browser has no locks
  const LATER = [0, 400, 401, 403, 408, 425, 429, 500, 502, 503, 504];
  let opening = null;

  function open() {
    opening = opening || new Promise(function (done, fail) {
      const request = indexedDB.open("studio", 1);
      request.onupgradeneeded = function () {
        request.result.createObjectStore("kept", { keyPath: "key" });
        request.result.createObjectStore("facts");
      };
      request.onsuccess = function () {
        request.result.onversionchange = function () { request.result.close(); opening = null; };
        done(request.result);
      };
      request.onerror = function () { opening = null; fail(request.error); };
    });
    return opening;
  }

  // Resolves when the browser has written it down, not before: only then may a page say that it is safe.
  async function within(store, mode, act) {
    const database = await open();
    return new Promise(function (done, fail) {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = function () { done(request && request.result); };
      transaction.onabort = transaction.onerror = function () { fail(transaction.error); };
    });
  }

  function fact(name) { return within("facts", "readonly", function (facts) { return facts.get(name); }); }
  function setFact(name, value) { return within("facts", "readwrite", function (facts) { return facts.put(value, name); }); }
  function get(key) { return within("kept", "readonly", function (kept) { return kept.get(key); }); }
  function all() { return within("kept", "readonly", function (kept) { return kept.getAll(); }); }

  async function list(writer) {
    const mine = (await all()).filter(function (item) { return item.writer === writer; });
    return mine.sort(function (a, b) { return a.since - b.since; });
  }

  async function put(item) {
    await within("kept", "readwrite", function (kept) { return kept.put(item); });
    tell({ changed: item.key });
  }

  async function remove(key) {
    await within("kept", "readwrite", function (kept) { return kept.delete(key); });
    tell({ changed: key });
  }

  function tell(news) {
    if (!self.BroadcastChannel) return;
    const channel = new BroadcastChannel("studio-waiting");
    channel.postMessage(news);
    channel.close();
  }

  function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
  }

  // One at a time, whichever page or worker it is; the next one finds what the first has left.
  async function alone(act) {
    if (navigator.locks) return navigator.locks.request("studio-sending", act);
    let free = false;
    await within("facts", "readwrite", function (facts) {
      const held = facts.get("lease");
      held.onsuccess = function () {
        free = !(held.result > Date.now());
        if (free) facts.put(Date.now() + LEASE, "lease");
      };
      return held;
    });
    if (!free) return "busy";
    try { return await act(); } finally { await setFact("lease", 0); }
  }

  // Words that somebody is writing just now stay on that page; it sends them itself.
  async function isBeingWritten(item) {
    if (!navigator.locks) return item.state === "writing" && Date.now() - item.written < QUIET;
    const locks = await navigator.locks.query();
    return locks.held.some(function (lock) { return lock.name === "studio-form-" + item.key; });
  }

  async function isReady(item) { return item.state === "waiting" || (item.state === "writing" && !(await isBeingWritten(item))); }

  // Sends all that is ready. Returns how it went: nothing, sent, offline, sign-in, other, busy or nobody.
  function sendAll() { return alone(sendInTurn); }

  async function sendInTurn() {
    const writer = await fact("writer"), ready = [];
    if (!writer) return "nobody";
    for (const item of await list(writer)) if (await isReady(item)) ready.push(item);
    if (!ready.length) return "nothing";
    const who = await ask(ready).catch(function () { return "offline"; });
    if (typeof who === "string") return who;
    if (String(who.writer) !== writer) return "other";
    for (const item of ready) {
      const mood = await sendOne(item, who);
      if (mood) return mood;
    }
    return "sent";
  }

  // Who is signed in, the token for forms, and what of these has arrived though the answer was lost.
  async function ask(items) {
    const stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE / 3);
    const keys = items.map(function (item) { return "key=" + encodeURIComponent(item.key); });
    const answer = await fetch(Waiting.address + "?" + keys.join("&"), {
      credentials: "same-origin", cache: "no-store", redirect: "manual", headers: { Accept: "application/json" }, signal: stop.signal,
    });
    clearTimeout(timer);
    if (answer.type === "opaqueredirect" || answer.status === 401) return "sign-in";
    return answer.ok ? answer.json() : "offline";
  }

  // Returns what keeps the others from being sent too, or nothing.
  async function sendOne(listed, who) {
    const item = await get(listed.key);
    if (!item || !(await isReady(item))) return "";
    if (who.filed[item.key]) { await arrived(item, who.filed[item.key]); return ""; }
    tell({ sending: item.key, done: 0 });
    const answer = await post(item, who.token);
    if (answer.status === 200 && answer.facts.page) { await arrived(item, answer.facts); return ""; }
    const later = answer.status === 200 || LATER.indexOf(answer.status) >= 0;
    const now = await get(item.key);
    if (now && now.written === item.written) {  // not changed or deleted meanwhile
      const said = { status: answer.status, message: answer.facts.message || "", problems: answer.facts.problems || [], gone: answer.facts.gone === true };
      await put(Object.assign(now, { state: later ? now.state : "refused", said: answer.status ? said : null }));
    }
    if (!later) { tell({ refused: item.key }); return ""; }
    return answer.status === 401 ? "sign-in" : answer.status === 403 ? "other" : "offline";
  }

  async function arrived(item, facts) {
    const went = ((await fact("went")) || []).filter(function (one) { return one.key !== item.key; });
    went.push({ key: item.key, writer: item.writer, number: facts.number, page: facts.page, title: facts.title, at: Date.now() });
    await setFact("went", went.slice(-20));
    await remove(item.key);
    tell({ arrived: item.key, page: facts.page, number: facts.number });
  }

  async function went(writer) {
    return ((await fact("went")) || []).filter(function (one) { return one.writer === writer; });
  }

  async function seen(key) {
    const left = ((await fact("went")) || []).filter(function (one) { return one.key !== key; });
    await setFact("went", left);
    tell({ changed: key });
  }

  function bodyOf(item) {
    const body = new FormData();
    item.fields.forEach(function (field) { body.append(field[0], field[1]); });
    item.files.forEach(function (one) { body.append(one.name, one.file, one.filename); });
    const facts = { filing_key: item.key, writer: item.writer, draft: item.draft, action: item.action, waited: Math.max(0, (Date.now() - item.written) / 1000) };
    Object.keys(facts).forEach(function (name) { body.set(name, facts[name]); });
    return body;
  }

  // The worker has fetch only; a page can say how far it is. A dropped connection is status 0.
  function post(item, token) {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    return self.XMLHttpRequest ? byRequest(item, headers) : byFetch(item, headers);
  }

  function byRequest(item, headers) {
    return new Promise(function (done) {
      const request = new XMLHttpRequest();
      let timer = 0;
      function wait() { clearTimeout(timer); timer = setTimeout(function () { request.abort(); }, PATIENCE); }
      request.upload.onprogress = function (event) {
        wait();
        if (event.lengthComputable) tell({ sending: item.key, done: event.loaded / event.total });
      };
      request.onloadend = function () { clearTimeout(timer); done({ status: request.status, facts: read(request.responseText) }); };
      request.open("POST", Waiting.address);
      Object.keys(headers).forEach(function (name) { request.setRequestHeader(name, headers[name]); });
      wait();
      request.send(bodyOf(item));
    });
  }

  async function byFetch(item, headers) {
    const stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE * 2);
    try {
      const answer = await fetch(Waiting.address, { method: "POST", body: bodyOf(item), headers: headers, credentials: "same-origin", redirect: "manual", signal: stop.signal });
      return { status: answer.status, facts: read(await answer.text()) };
    } catch (dropped) {
      return { status: 0, facts: {} };
    } finally {
      clearTimeout(timer);
    }
  }

  function read(text) {
    try { return JSON.parse(text) || {}; } catch (page) { return {}; }
  }

  return { address: "", all: all, fact: fact, setFact: setFact, get: get, list: list, put: put, remove: remove, isBeingWritten: isBeingWritten, newKey: newKey, sendAll: sendAll, went: went, seen: seen, tell: tell };
})();
