// What a browser may have kept for somebody's next visit has no place at a terminal. The server says so as well, but only
// over HTTPS, and not while the network is away.
window.forgetEverything = function () {
  "use strict";
  try { localStorage.clear(); sessionStorage.clear(); } catch (none) { /* private mode */ }
  if (window.indexedDB && indexedDB.databases) {
    indexedDB.databases().then(function (all) { all.forEach(function (one) { indexedDB.deleteDatabase(one.name); }); }, function () { /* there are none */ });
  }
  if (window.caches) caches.keys().then(function (all) { all.forEach(function (name) { caches.delete(name); }); }, function () { /* there are none */ });
  if (navigator.serviceWorker && navigator.serviceWorker.getRegistrations) {
    navigator.serviceWorker.getRegistrations().then(function (all) { all.forEach(function (one) { one.unregister(); }); }, function () { /* there are none */ });
  }
};
