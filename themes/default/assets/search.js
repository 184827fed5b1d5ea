/* Search, loaded when somebody looks for something. It reads the index that the site was built with: small scripts below
   search/, of which a query needs a few; see the program's package search for what they hold. Texts of authors only ever
   become text nodes, and whatever is looked up by a word is a Map. */
(() => {
  "use strict";
  const box = document.getElementById("finder"), page = document.querySelector("[data-find-form]");
  const { root, home } = (box.dataset.root === undefined ? document.querySelector("[data-find]") : box).dataset, lang = document.documentElement.lang;
  const input = box.querySelector("input"), list = document.getElementById("finds"), live = document.querySelector("[data-live]");

  /* ---- the index */
  let files = new Map(), epoch = 0, edition = "", start;
  const arrived = new Map();
  window.charterhouseIndex = (name, edition, data) => arrived.set(name, { edition, data });

  const fetchScript = (name, version) => new Promise((done, failed) => {
    const s = document.createElement("script");
    s.src = root + "search/" + name + ".js" + (version ? "?" + version : "");
    s.onload = () => { s.remove(); const got = arrived.get(name); arrived.delete(name); if (got) done(got); else failed(new Error(name)); };
    s.onerror = () => { s.remove(); failed(new Error(name)); };
    document.head.append(s);
  });
  /* A file of another edition than the first one counts charters differently: the site was built anew meanwhile. */
  const load = (name, read) => {
    if (!files.has(name)) {
      files.set(name, fetchScript(name, epoch).then(got => {
        if (edition && got.edition !== edition) throw new Stale();
        edition = got.edition;
        return read ? read(got.data) : got.data;
      }));
    }
    return files.get(name);
  };
  class Stale extends Error {}
  const forget = () => { files = new Map(); edition = ""; epoch = Date.now(); };
  const begin = () => load("start", s => {
    start = s;
    s.words = s.words[lang] || s.words[s.languages[0]];
    s.at = Math.max(0, s.languages.indexOf(lang));
    s.stopped = new Set(s.stop.split(" "));
    s.names = names(s);
    return s;
  });
  const say = (key, values) => (start.words[key] || key).replace(/\{(\w+)\}/g, (_, k) => values[k]);

  /* ---- words: the same as in Go */
  const word = /[\p{L}\p{M}\p{N}]+/gu;
  const wordsOf = text => (text.normalize("NFC").toLowerCase().match(word) || []).filter(w => [...w].length <= 40);
  const fold = w => /^[b-df-z0-9][b-df-z0-9]*$/.test(w) ? w : w.normalize("NFD").replace(/\p{M}/gu, "").replace(/æ/g, "a").replace(/ø/g, "o").replace(/ß/g, "ss")
    .replace(/a[ae]+/g, "a").replace(/oe+/g, "o").replace(/ue+/g, "u");
  const stemOf = (l, w) => window.charterhouseStems[l] && !/\p{N}/u.test(w) ? window.charterhouseStems[l](w) : w;
  const stemsOf = w => new Set([w, ...start.stems.map(l => stemOf(l, w))]);
  const bytes = new TextEncoder();
  const bucket = f => {
    let h = 2166136261;
    for (const c of bytes.encode([...f].slice(0, 4).join(""))) h = Math.imul(h ^ c, 16777619);
    h ^= (h >>> 8) ^ (h >>> 16) ^ (h >>> 24);
    return h & 255 & (start.shards - 1);
  };
  window.charterhouseWords = { wordsOf, fold, stemOf }; /* for the test that compares them with Go */

  /* ---- postings */
  const shard = f => {
    const n = bucket(f);
    return load("t-" + n.toString(16).padStart(2, "0"), data => {
      const raw = atob(data.postings), terms = data.terms ? data.terms.split(" ") : [], all = [];
      let at = 0;
      const next = () => { let v = 0, by = 1, c; do { c = raw.charCodeAt(at++); v += (c & 127) * by; by *= 128; } while (c > 127); return v; };
      for (const t of terms) all.push({ term: t.replace(/^\+/, ""), part: t[0] === "+", n: next(), size: next() });
      for (const t of all) { t.from = at; at += t.size; t.fold = fold(t.term); }
      const read = t => {
        if (t.docs) return t.docs;
        t.docs = [];
        at = t.from;
        for (let i = 0, doc = 0; i < t.n; i++) { doc += next(); t.docs.push(doc, next()); }
        return t.docs;
      };
      return { all, read };
    });
  };
  /* The terms that a word of a query means, each with how well: 1 is the very stem. */
  const meant = async (w, last) => {
    const stems = stemsOf(w), folds = new Set([...stems].map(fold)), whole = fold(w), found = [];
    const letters = [...whole].length, keys = new Set([...folds, whole]);
    if (letters < 4) keys.add("^" + whole);
    const known = await Promise.all([...new Set([...keys].map(bucket))].map(b => shard([...keys].find(k => bucket(k) === b))));
    let over = [];
    for (const s of known) for (const t of s.all) {
      let good = 0;
      if (t.term === "^" + whole) good = 0.5;
      else if (stems.has(t.term)) good = 1;
      else if (folds.has(t.fold)) good = 0.8;
      else if (letters > 3 && [...folds, whole].some(f => f.length > 3 && t.fold.startsWith(f))) good = 0.7 * Math.max(0.5, letters / t.fold.length);
      else if (last && t.fold.length > 3 && whole.startsWith(t.fold) && whole.length - t.fold.length < 5) over.push({ t, s, good: 0.4 });
      if (good) found.push({ t, s, good: t.part ? good * 0.6 : good });
    }
    if (!found.length) {
      const longest = Math.max(...over.map(o => o.t.fold.length));
      found.push(...over.filter(o => o.t.fold.length === longest));
    }
    return found;
  };
  /* Terms that are spelled nearly like a word, or hold it: for a word that means nothing. */
  const near = async w => {
    const f = fold(stemOf(lang, w)), n = f.length, allowed = n > 7 ? 2 : 1, [from, to] = start.vocabulary;
    if (n < 4) return [];
    const lists = await Promise.all(Array.from({ length: to - from + 1 }, (_, i) => from + i)
      .filter(i => from === to || Math.abs(i - n) <= allowed || i === to && n > to).map(i => load("v-" + i, v => v ? v.split(" ") : [])));
    let best = [], least = allowed;
    for (const l of lists) for (const t of l) {
      const d = distance(f, fold(t), least);
      if (d < least) { best = []; least = d; }
      if (d === least) best.push(t);
    }
    if (!best.length) {
      const longer = await Promise.all(Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(i => from === to || i > n).map(i => load("v-" + i, v => v ? v.split(" ") : [])));
      best = longer.flat().filter(t => fold(t).includes(f));
    }
    best = best.slice(0, 6);
    const found = await Promise.all(best.map(async t => { const s = await shard(fold(t)); return { s, t: s.all.find(x => x.term === t && !x.part), good: 0.5 }; }));
    return found.filter(x => x.t);
  };
  /* How many letters must be changed, swapped, put in or left out; more than most is most + 1. */
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before, row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        let d = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (before && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2] + 1);
        next.push(d);
        least = Math.min(least, d);
      }
      if (least > most) return most + 1;
      before = row;
      row = next;
    }
    return row[b.length];
  };

  /* ---- a query */
  const count = m => { let n = 0; for (; m; m &= m - 1) n++; return n; };
  const weigh = mask => { const tf = (mask & 1 ? 5 : 0) + (mask & 2 ? 2 : 0) + 0.7 * count(mask >>> 2); return tf * 2.2 / (tf + 1.2); };
  const idf = n => Math.log(1 + (start.charters - n + 0.5) / (n + 0.5));

  /* ask answers what a text finds: charters in order with the passages where its words stand, and how to mark it. */
  const ask = async text => {
    const asked = wordsOf(text).slice(0, 8), hits = [], marks = { terms: new Set(), starts: [] };
    let misspelt = "";
    for (let i = 0; i < asked.length; i++) {
      const w = asked[i];
      if (start.stopped.has(w) && i < asked.length - 1) continue;
      let terms = await meant(w, i === asked.length - 1);
      if (!terms.length && start.stopped.has(w)) continue;
      if (!terms.length) { terms = await near(w); if (terms.length) misspelt += " " + w; }
      const docs = new Map();
      for (const { t, s, good } of terms) {
        const value = good * idf(t.n), all = s.read(t);
        if (t.term[0] !== "^") marks.terms.add(t.term);
        for (let k = 0; k < all.length; k += 2) {
          const had = docs.get(all[k]), score = value * weigh(all[k + 1]);
          if (!had) docs.set(all[k], [score, all[k + 1]]);
          else { had[0] = Math.max(had[0], score); had[1] |= all[k + 1]; }
        }
      }
      marks.starts.push(fold(w));
      hits.push(docs);
    }
    return { asked, marks, misspelt, ranked: rank(hits), names: matching(asked) };
  };
  /* Charters with all words; where there is none, those with most. */
  const rank = hits => {
    const all = new Map();
    for (const docs of hits) for (const [doc, [score, mask]] of docs) {
      const had = all.get(doc);
      if (!had) all.set(doc, { doc, n: 1, score, any: mask, every: mask });
      else { had.n++; had.score += score; had.any |= mask; had.every &= mask; }
    }
    let list = [...all.values()];
    const most = list.reduce((n, x) => Math.max(n, x.n), 0);
    list = list.filter(x => x.n === most);
    return list.sort((a, b) => b.score - a.score || a.doc - b.doc);
  };

  /* ---- names of the registers and of pages: they are few, so all are looked at */
  const names = s => {
    const at = s.at, entry = (group, u, title, note, more, make) => ({ group, u, title, note, folds: wordsOf(title + " " + more.join(" ")).flatMap(make || foldsOf) });
    return [
      ...s.people.map(([id, name, d]) => entry("people", "people/" + id + ".html", name, d < 0 ? "" : s.departments[d][3 + at], [id], fold)), /* names of people have no endings */
      ...s.departments.map(([id, code, more, ...titles]) => entry("departments", "departments/" + id + ".html", titles[at], code, [id, code, more, ...titles])),
      ...s.areas.map(([id, ...titles]) => entry("areas", "areas/" + id + ".html", titles[at], "", [id, ...titles])),
      ...s.pages.map(([u, ...titles]) => entry("pages", u, titles[at], "", titles)),
    ];
  };
  const foldsOf = w => [...new Set([...stemsOf(w)].map(fold))];
  const matching = asked => {
    const wanted = asked.filter(w => !start.stopped.has(w) || asked.length === 1).map(foldsOf);
    const found = judge => start.names.map(x => {
      let score = 0;
      for (const q of wanted) {
        const best = Math.max(0, ...x.folds.map(f => Math.max(judge(q[0], f), q.includes(f) ? 3.5 : 0)));
        if (!best) return null;
        score += best;
      }
      return { x, score };
    }).filter(Boolean).sort((a, b) => b.score - a.score || a.x.title.localeCompare(b.x.title, lang)).map(r => r.x);
    if (!wanted.length) return [];
    const plain = found((q, f) => f === q ? 4 : f.startsWith(q) ? 3 : q.length > 2 && f.includes(q) ? 1 : 0);
    return plain.length ? plain : found((q, f) => q.length > 3 && distance(q, f, 1) < 2 || q.length > 3 && distance(q, f.slice(0, q.length), 1) < 2 ? 1 : 0);
  };

  /* ---- showing */
  const make = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [k, v] of Object.entries(attributes || {})) if (v !== undefined && v !== "") e.setAttribute(k, v);
    e.append(...children);
    return e;
  };
  /* The text with its hits in <mark>, and from what is long the piece with most hits. */
  const marked = (text, marks, long) => {
    const spots = [];
    for (const m of text.matchAll(word)) {
      const w = m[0].normalize("NFC").toLowerCase(), f = fold(w);
      const at = marks.starts.map(q => q.length > 2 || f.length < 3 ? f.startsWith(q) : false).includes(true);
      if (at || marks.starts.some(q => q.length > 2 && f.includes(q)) || [...stemsOf(w)].some(s => marks.terms.has(s))) spots.push([m.index, m.index + m[0].length]);
    }
    let from = 0, to = text.length;
    if (long && text.length > long) {
      let best = -1;
      for (let i = 0; i < spots.length; i++) {
        const n = spots.filter(s => s[0] >= spots[i][0] && s[1] <= spots[i][0] + long - 40).length;
        if (n > best) { best = n; from = spots[i][0]; }
      }
      from = Math.max(0, Math.min(from - 40, text.length - long));
      if (from) from = text.indexOf(" ", from) + 1;
      to = from + long >= text.length ? text.length : Math.max(text.lastIndexOf(" ", from + long), from + 1);
    }
    const out = document.createDocumentFragment();
    let at = from;
    if (from) out.append("… ");
    for (const [a, b] of spots) {
      if (a < at || b > to) continue;
      out.append(text.slice(at, a), make("mark", null, text.slice(a, b)));
      at = b;
    }
    out.append(text.slice(at, to), to < text.length ? " …" : "");
    return out;
  };
  const document_ = async doc => { const all = await load("d-" + Math.floor(doc / start.docs)); return all[doc % start.docs]; };
  const textsOf = async doc => { const all = await load("x-" + Math.floor(doc / start.texts)); return all[doc % start.texts]; };
  const other = l => l === lang ? undefined : l;

  /* What a charter shows: a row of u, title, note, side and the language of its text. */
  const charterRow = async (hit, answer) => {
    const [id, title, l, status, summary] = await document_(hit.doc);
    return { u: "charters/" + encodeURIComponent(id) + ".html", title, side: start.words["status." + start.statuses[status]], titleLang: other(l), lang: other(l), note: () => [marked(summary, answer.marks)] };
  };
  /* The passage of a charter that has the words, or nothing where only its title or its head has. */
  const sectionRow = async (hit, answer) => {
    const mask = (hit.every >>> 2) || (hit.any >>> 2);
    const [[id, title, l], texts] = await Promise.all([document_(hit.doc), textsOf(hit.doc)]);
    let n = 0;
    while (!(mask >>> n & 1)) n++;
    const [anchor, heading, text] = texts[n] || ["", "", ""];
    return {
      u: "charters/" + encodeURIComponent(id) + ".html" + (anchor ? "#" + encodeURIComponent(anchor) : ""),
      title: heading || start.words["#" + anchor] || title, titleLang: heading ? other(l) : undefined, lang: other(l), note: () => [title + (text ? ": " : ""), marked(text, answer.marks, 170)],
    };
  };
  const nameRow = x => ({ u: x.u, title: x.title, side: x.note });
  const groupsOf = (answer, charters, sections) => [
    ["charters", charters], ...["people", "departments", "areas"].map(g => [g, answer.names.filter(x => x.group === g).slice(0, 5).map(nameRow)]),
    ["sections", sections], ["pages", answer.names.filter(x => x.group === "pages").slice(0, 3).map(nameRow)],
  ].filter(([, rows]) => rows.length);
  const withText = answer => answer.ranked.filter(h => h.every >>> 2 || h.any >>> 2);

  /* run answers a text, and once more from the beginning if the site was built anew meanwhile. */
  const run = async (text, show) => {
    for (let again = 0; ; again++) {
      try {
        await begin();
        return await show(text);
      } catch (e) {
        forget();
        if (!(e instanceof Stale) || again) throw e;
      }
    }
  };

  /* ---- the dialog: a combobox with a grouped listbox */
  let options = [], at = -1, turn = 0;
  const pick = n => {
    if (options[at]) options[at].setAttribute("aria-selected", "false");
    at = options.length ? (n + options.length) % options.length : -1;
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    options[at].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  };
  const option = (row, answer) => {
    const b = make("b", { lang: row.titleLang }, marked(row.title, answer.marks));
    const o = make("div", { class: "opt", role: "option", "aria-selected": "false" }, make("span", null, b, ...(row.note ? [make("small", { lang: row.lang }, ...row.note())] : [])), make("span", null, row.side || ""));
    o.dataset.u = row.u;
    return o;
  };
  const tell = text => { box.querySelector(".find-say").textContent = text; };
  const quoted = text => ({ query: text.trim() });
  const draw = (groups, answer, sum) => {
    const was = options[at] && options[at].dataset.u, moved = at > 0, all = [];
    list.replaceChildren(...groups.map(([g, rows], i) => {
      const head = make("div", { id: "finds-" + i }, start.words[g]), block = make("div", { role: "group", "aria-labelledby": "finds-" + i }, head);
      for (const row of rows) { const o = option(row, answer); all.push(o); block.append(o); }
      return block;
    }));
    tell(answer.misspelt ? say("near", quoted(answer.misspelt)) : "");
    options = all;
    options.forEach((o, i) => { o.id = "find-" + i; });
    at = -1;
    pick(Math.max(0, moved ? options.findIndex(o => o.dataset.u === was) : 0));
    input.setAttribute("aria-expanded", String(options.length > 0));
    if (sum !== undefined) {
      box.dataset.answered = input.value.trim();
      live.textContent = sum === 1 ? say("hit") : say("hits", { n: sum });
      if (!options.length) { tell(say("none", quoted(input.value))); live.textContent = say("none", quoted(input.value)); }
    }
  };
  const clear = () => { box.dataset.answered = input.value.trim(); tell(""); list.replaceChildren(); options = []; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); live.textContent = ""; };
  const refresh = () => {
    const mine = ++turn, text = input.value.trim(), link = box.querySelector(".find-ft a");
    link.href = home + "search.html" + (text ? "?q=" + encodeURIComponent(text) : "");
    if (!text) { clear(); return; }
    run(text, async () => {
      const answer = await ask(text);
      if (mine !== turn) return;
      const charters = await Promise.all(answer.ranked.slice(0, 5).map(h => charterRow(h, answer)));
      if (mine !== turn) return;
      const deep = withText(answer).slice(0, 3);
      draw(groupsOf(answer, charters, []), answer, deep.length ? undefined : answer.ranked.length + answer.names.length);
      if (!deep.length) return;
      const sections = await Promise.all(deep.map(h => sectionRow(h, answer)));
      if (mine === turn) draw(groupsOf(answer, charters, sections), answer, answer.ranked.length + answer.names.length);
    }).catch(() => { if (mine === turn) { clear(); if (start) tell(say("failed")); } });
  };
  const go = (o, e) => { if (e && (e.ctrlKey || e.metaKey)) window.open(home + o.dataset.u); else location.href = home + o.dataset.u; };
  input.addEventListener("input", refresh);
  input.addEventListener("keydown", e => {
    if (e.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); pick(at + (e.key === "ArrowDown" ? 1 : -1)); }
    else if (e.key === "Enter" && options[at]) { e.preventDefault(); go(options[at], e); }
  });
  list.addEventListener("click", e => { const o = e.target.closest("[data-u]"); if (o) go(o, e); });
  list.addEventListener("mousemove", e => { const o = e.target.closest("[data-u]"), n = options.indexOf(o); if (n >= 0 && n !== at) pick(n); });
  if (input.value.trim()) refresh();
  document.addEventListener("charterhouse:changed", () => { forget(); if (box.open) refresh(); if (page) narrow(); });

  /* ---- the search page: all results, narrowed by facets, with everything in its address */
  const facets = ["department", "status", "year", "owner"];
  let shown = 20, round = 0, chosen = new Map();
  const valuesOf = (f, doc) => ({
    department: f.payers[doc].map(n => start.departments[n][0]), status: [start.statuses[f.status[doc]]],
    year: f.from[doc] ? Array.from({ length: f.years[doc] + 1 }, (_, i) => String(f.from[doc] + i)) : [], owner: f.owners[doc].map(n => f.people[n]),
  });
  const labels = facet => {
    if (facet === "department") { const m = new Map(start.departments.map(d => [d[0], d[3 + start.at]])); return v => m.get(v); }
    if (facet === "owner") { const m = new Map(start.people.map(p => [p[0], p[1]])); return v => m.get(v) || v; }
    return facet === "status" ? v => start.words["status." + v] : v => v;
  };
  /* Counts hold for what the other choices leave. */
  const tally = (hits, f) => {
    const counts = new Map(facets.map(x => [x, new Map()])), kept = [];
    for (const hit of hits) {
      const values = valuesOf(f, hit.doc), fits = facets.map(x => !chosen.get(x) || values[x].includes(chosen.get(x))), misses = fits.filter(ok => !ok).length;
      facets.forEach((x, i) => { if (misses === 0 || misses === 1 && !fits[i]) for (const v of values[x]) counts.get(x).set(v, (counts.get(x).get(v) || 0) + 1); });
      if (!misses) kept.push(hit);
    }
    return { counts, kept };
  };
  const fillFacet = (name, counts) => {
    const select = page.elements[name], label = labels(name), value = chosen.get(name) || "";
    if (value && !counts.has(value)) counts.set(value, 0);
    const sorted = [...counts].map(([v, n]) => [v, label(v), n]).filter(x => x[1] !== undefined).sort((a, b) => name === "status" ? start.statuses.indexOf(a[0]) - start.statuses.indexOf(b[0]) : a[1].localeCompare(b[1], lang, { numeric: true }));
    while (select.options.length > 1) select.remove(1);
    for (const [v, text, n] of sorted) select.add(new Option(text + " (" + n + ")", v, false, v === value));
    select.value = value;
  };
  const item = (row, answer) => make("li", null, make("a", { href: home + row.u, lang: row.titleLang }, marked(row.title, answer.marks)),
    row.note || row.side ? make("small", { lang: row.note ? row.lang : undefined }, ...(row.side && row.note ? [make("span", { lang }, row.side), " · "] : []), ...(row.note ? row.note() : [row.side])) : "");
  const narrow = () => {
    const mine = ++round, text = page.elements.q.value.trim(), out = document.querySelector("[data-find-results]"), all = document.querySelector("[data-find-all]");
    const query = new URLSearchParams();
    if (text) query.set("q", text);
    for (const x of facets) if (chosen.get(x)) query.set(x, chosen.get(x));
    try { history.replaceState(null, "", String(query) ? "?" + query : location.pathname); } catch (e) { /* a folder on a disk may not allow it */ }
    run(text, async () => {
      const f = await load("facets");
      const answer = text ? await ask(text) : { ranked: Array.from({ length: start.charters }, (_, doc) => ({ doc, every: 0, any: 0 })), names: [], marks: { terms: new Set(), starts: [] }, misspelt: "" };
      if (mine !== round) return;
      const { counts, kept } = tally(answer.ranked, f), narrowed = facets.some(x => chosen.get(x));
      for (const x of facets) fillFacet(x, counts.get(x));
      out.hidden = !text && !narrowed;
      all.hidden = !out.hidden;
      if (out.hidden) { page.dataset.answered = text; out.replaceChildren(); return; }
      const part = { ...answer, ranked: kept, names: narrowed ? [] : answer.names };
      const charters = await Promise.all(kept.slice(0, shown).map(h => charterRow(h, part)));
      const sections = await Promise.all(withText(part).slice(0, 5).map(h => sectionRow(h, part)));
      if (mine !== round) return;
      const sum = kept.length + part.names.length;
      const head = make("p", { class: "count" }, sum ? (sum === 1 ? say("hit") : say("hits", { n: sum })) : say("none", quoted(text)));
      live.textContent = head.textContent;
      out.replaceChildren(head, ...(answer.misspelt ? [make("p", null, say("near", quoted(answer.misspelt)))] : []), ...groupsOf(part, charters, sections).map(([g, rows]) => {
        const s = make("section", { class: "sec", "aria-labelledby": "r-" + g }, make("h2", { id: "r-" + g }, start.words[g]), make("ul", { class: "lines" }, ...rows.map(r => item(r, part))));
        if (g === "charters" && kept.length > shown) {
          const more = make("button", { class: "btn", type: "button" }, say("more", { n: kept.length - shown }));
          more.addEventListener("click", () => { const first = shown; shown += 50; narrow(); document.querySelector("[data-find-results]").dataset.focus = first; });
          s.append(more);
        }
        return s;
      }));
      page.dataset.answered = text;
      const first = out.dataset.focus;
      if (first) { delete out.dataset.focus; const a = out.querySelectorAll("#r-charters ~ ul a")[first]; if (a) a.focus(); }
    }).catch(() => { if (mine === round) { out.hidden = true; all.hidden = false; if (start) live.textContent = say("failed"); } });
  };
  if (page) {
    const given = new URLSearchParams(location.search);
    for (const x of facets) if (given.get(x)) chosen.set(x, given.get(x).slice(0, 80));
    if (given.get("q") && !page.elements.q.value) page.elements.q.value = given.get("q").slice(0, 200);
    page.addEventListener("input", e => { if (e.target.name !== "q") chosen.set(e.target.name, e.target.value); shown = 20; narrow(); });
    page.addEventListener("submit", e => {
      e.preventDefault();
      const first = document.querySelector("[data-find-results] li a");
      if (first) location.href = first.href;
    });
    page.addEventListener("reset", () => { chosen = new Map(); setTimeout(narrow); });
    narrow();
  }
})();
