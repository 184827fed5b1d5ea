/* The preview in the page: one stream says when these bytes are no longer the newest; the page is then fetched and
   morphed in place. Everything it adds works, more slowly, without it. */
(function () {
  "use strict";
  var meta = document.querySelector("meta[name=charterhouse-preview]");
  if (!meta) return;
  var token = meta.content, busy = false, again = false, control = null, wait = 250, forced = false;
  var box = function () { return document.getElementById("chp"); };
  var state = function (s) {
    var b = box(); if (!b) return;
    if (s === "new") { b.dataset.state = "live"; void b.offsetWidth; } /* so that it beats each time */
    b.dataset.state = s;
    var t = document.getElementById("chp-state"), text = s === "away" ? b.dataset.waiting : b.dataset.live;
    if (t && t.textContent !== text) t.textContent = text;
  };

  var placeMarks = function () {
    document.querySelectorAll("#chp-marks > [data-at]").forEach(function (m) {
      var at = document.querySelector(m.dataset.at);
      if (at && !at.querySelector(":scope > .chp-mark")) at.append(m.cloneNode(true));
    });
  };

  /* The heads of sorted tables as the site's own script dresses them, so that its buttons stay the ones they are. */
  var dressHeads = function (next) {
    var tables = document.querySelectorAll("table[data-sortable]");
    next.querySelectorAll("table[data-sortable]").forEach(function (table, t) {
      table.querySelectorAll("thead th[data-sort]").forEach(function (th) {
        var button = next.createElement("button"), label = next.createElement("span");
        label.append.apply(label, th.childNodes);
        button.type = "button"; button.className = "sort"; button.append(label); th.append(button);
        var now = tables[t] && tables[t].querySelectorAll("thead th")[th.cellIndex];
        if (now && now.hasAttribute("aria-sort")) th.setAttribute("aria-sort", now.getAttribute("aria-sort"));
      });
    });
  };

  /* What a reader did to the page is the reader's: open details, filters, sorted rows, what is typed. */
  var keep = function (name, node) {
    if (name === "open") return !(node.tagName === "DETAILS" || node.tagName === "DIALOG");
    if (name === "hidden" && node.closest("main") && (node.tagName === "TR" || node.tagName === "LI" || node.tagName === "TABLE")) return false;
    if (name === "value" || name === "checked" || name === "selected") return !node.closest("[data-filters], [data-find-input], .find, form");
    return !(node === document.documentElement && (name === "class" || name === "data-theme"));
  };
  /* What the reader looks at, which stays where it is on the screen, whatever grows above it. */
  var anchor = function () {
    for (var y = 80; scrollY > 0 && y < innerHeight; y += 60) {
      var e = document.elementFromPoint(innerWidth / 2, y);
      if (e && e.closest("main") && !e.matches("main, .wrap")) return e;
    }
    return null;
  };
  var loadSheets = function (next) {
    return Promise.all([].map.call(next.querySelectorAll("link[rel=stylesheet]"), function (l) {
      var href = new URL(l.getAttribute("href"), location.href).href;
      if ([].some.call(document.querySelectorAll("link[rel=stylesheet]"), function (o) { return o.href === href; })) return null;
      return new Promise(function (done) {
        var n = document.createElement("link"); n.rel = "stylesheet"; n.href = href; n.onload = n.onerror = done;
        setTimeout(done, 2000); document.head.append(n);
      });
    }));
  };
  var scripts = function (d) { return [].map.call(d.querySelectorAll("script[src]"), function (s) { return s.getAttribute("src").replace(/^.*\//, ""); }).join(" "); };
  var options = function (style) {
    return { morphStyle: style, ignoreActiveValue: true, restoreFocus: true, callbacks: {
      beforeAttributeUpdated: function (name, node) { return keep(name, node); }
    } };
  };

  /* What the server said last, as a tree of its own, and where each of its nodes stands in the page: scripts and
     readers move, dress and hide things in the page, but a node stays the one it is. Two texts of the server are
     compared, which is quick, and only what differs between them is changed in the page. */
  var said = null, stands = null;
  var pair = function (a, b) {
    stands.set(a, b);
    if (a.childNodes.length !== b.childNodes.length) return;
    for (var x = a.firstChild, y = b.firstChild; x; x = x.nextSibling, y = y.nextSibling) if (x.nodeName === y.nodeName) pair(x, y);
  };
  var remember = function (body) { said = body; stands = new WeakMap(); pair(said, document.body); };
  var sameTag = function (a, b) {
    return a.nodeType === 1 && a.nodeName === b.nodeName && a.attributes.length === b.attributes.length &&
      [].every.call(a.attributes, function (x) { return b.getAttribute(x.name) === x.value; });
  };
  /* The least pairs of nodes that differ: [said, new], or [said, null, ...] to remove, or [parent, new, before] to add. */
  var differ = function (a, b, out) {
    if (a.isEqualNode(b)) return;
    if (!sameTag(a, b)) { out.push({ old: a, now: b }); return; }
    var x = [].slice.call(a.childNodes), y = [].slice.call(b.childNodes), tail = null;
    while (x.length && y.length && x[0].isEqualNode(y[0])) { x.shift(); y.shift(); }
    while (x.length && y.length && x[x.length - 1].isEqualNode(y[y.length - 1])) { tail = x.pop(); y.pop(); }
    if (!x.length) y.forEach(function (n) { out.push({ into: a, now: n, before: tail }); });
    else if (!y.length) x.forEach(function (n) { out.push({ old: n }); });
    else if (x.length === y.length && x.every(function (n, i) { return n.nodeName === y[i].nodeName; })) x.forEach(function (n, i) { differ(n, y[i], out); });
    else out.push({ old: a, now: b });
  };
  /* Whether each change has its place in the page, outside of what the site's own script dresses. */
  var placed = function (c) {
    var at = stands.get(c.old || c.into), before = c.before && stands.get(c.before);
    return at && at.isConnected && at !== document.body && !(c.old && c.now && at.nodeType === 1 && (at.closest("thead") || at.querySelector("thead"))) &&
      (!c.before || before && before.isConnected);
  };
  var change = function (c) {
    var at = stands.get(c.old || c.into), made;
    if (c.into) {
      made = document.importNode(c.now, true);
      var before = c.before && stands.get(c.before);
      at.insertBefore(made, before && before.parentNode === at ? before : null);
      c.into.insertBefore(c.now, c.before);
    } else if (!c.now) { at.remove(); c.old.remove(); return; }
    else if (at.nodeType !== 1) { at.data = c.now.data; c.old.data = c.now.data; return; }
    else {
      var copy = document.importNode(c.now, true), next = at.nextSibling, parent = at.parentNode;
      window.Idiomorph.morph(at, copy, options("outerHTML"));
      made = at.isConnected ? at : next ? next.previousSibling : parent.lastChild;
      c.old.replaceWith(c.now);
    }
    pair(c.now, made);
  };
  var narrow = function (next) {
    var changes = [];
    if (!said) return false;
    differ(said, next.body, changes);
    if (!changes.every(placed)) return false;
    changes.forEach(change);
    return true;
  };

  var morph = function (text) {
    var next = new DOMParser().parseFromString(text, "text/html");
    if (scripts(next) !== scripts(document)) { location.reload(); return Promise.resolve(); }
    return loadSheets(next).then(function () {
      var want = [].map.call(next.querySelectorAll("link[rel=stylesheet]"), function (l) { return new URL(l.getAttribute("href"), location.href).href; });
      document.querySelectorAll("link[rel=stylesheet]").forEach(function (l) { if (want.indexOf(l.href) < 0) l.remove(); });
      document.title = next.title; document.documentElement.lang = next.documentElement.lang;
      var read = anchor(), top = read && read.getBoundingClientRect().top;
      var mark = document.activeElement && document.activeElement.matches(".chp-mark") && document.activeElement.dataset.at;
      document.querySelectorAll(".chp-mark").forEach(function (m) { if (m.parentNode.id !== "chp-marks") m.remove(); });
      if (!narrow(next)) {
        var plain = next.body.cloneNode(true);
        dressHeads(next);
        window.Idiomorph.morph(document.body, next.body, options("innerHTML"));
        remember(plain);
      }
      placeMarks();
      if (mark) { var same = document.querySelector(".chp-mark[data-at=" + JSON.stringify(mark) + "]:not(#chp-marks > *)"); if (same) same.focus(); }
      document.dispatchEvent(new CustomEvent("charterhouse:changed"));
      if (read && read.isConnected) scrollBy({ top: read.getBoundingClientRect().top - top, behavior: "instant" });
      requestAnimationFrame(function () { state("new"); }); /* asks for the layout, which is made anyway by then */
    });
  };
  var update = function () {
    if (busy) { again = true; return; }
    busy = true;
    fetch(location.pathname + location.search, { cache: "no-store", headers: { Accept: "text/html" } })
      .then(function (r) { return r.text(); }).then(morph).catch(function () { again = true; return new Promise(function (d) { setTimeout(d, 300); }); })
      .then(function () { busy = false; if (again) { again = false; update(); } });
  };
  var connect = function () {
    if (control || document.hidden) return;
    var mine = control = new AbortController(), b = box();
    fetch("/-/events", { method: "POST", body: location.pathname + "\n" + (b ? b.dataset.version : ""), headers: { "X-Charterhouse-Token": token }, signal: mine.signal })
      .then(function (r) {
        if (r.status === 403 && !forced) { forced = true; location.reload(); }
        if (!r.ok) throw new Error(r.status);
        wait = 250; state("live");
        var reader = r.body.getReader(), read = new TextDecoder(), rest = "";
        var pull = function () {
          return reader.read().then(function (x) {
            if (x.done) throw new Error("ended");
            rest += read.decode(x.value, { stream: true });
            var lines = rest.split("\n"); rest = lines.pop();
            if (lines.indexOf("changed") >= 0) update();
            return pull();
          });
        };
        return pull();
      })
      .catch(function () {
        if (control === mine) control = null;
        if (document.hidden) return;
        state("away");
        setTimeout(connect, wait); wait = Math.min(wait * 2, 4000);
      });
  };
  /* A hidden tab gives its connection back, since a browser has only six for a host. */
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { if (control) { control.abort(); control = null; } } else connect();
  });
  document.addEventListener("click", function (e) {
    var c = e.target.closest("[data-copy]");
    if (c && navigator.clipboard) { e.preventDefault(); navigator.clipboard.writeText(c.dataset.copy); }
  });
  document.addEventListener("submit", function (e) {
    if (!e.target.matches("form[data-quiet]")) return;
    e.preventDefault();
    fetch(e.target.action, { method: "POST", body: new URLSearchParams(new FormData(e.target)), headers: { "X-Charterhouse-Token": token } });
  });

  var form = document.getElementById("chp-form");
  if (form) {
    var timer, asked = 0;
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        var n = ++asked, data = new URLSearchParams(new FormData(form)); data.set("intent", "look");
        fetch(form.action, { method: "POST", body: data, headers: { "X-Charterhouse-Token": token } }).then(function (r) { return r.text(); }).then(function (text) {
          var next = new DOMParser().parseFromString(text, "text/html").getElementById("chp-result");
          if (n === asked && next) window.Idiomorph.morph(document.getElementById("chp-result"), next.innerHTML, { morphStyle: "innerHTML" });
        });
      }, 150);
    });
    return; /* a form is never changed under its reader */
  }
  remember(document.body.cloneNode(true)); /* before anything dresses the page */
  placeMarks();
  connect();
})();
