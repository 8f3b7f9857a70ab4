"use strict";
// Boxes come with their layers; here they are placed, opened, chosen, and lines drawn between them.
const { boxes, uses } = JSON.parse(document.getElementById("content").textContent);
const ALONE = -1; // the layer of what has to do with nothing beside it
const [IMPORT, TYPES] = [0, 1]; // kinds of a use; any other is one without an import
const FEW_LINES = 60; // more at once are a ball of wool: then only those that lead up are drawn
const LISTED = 200;
const by = (id) => document.getElementById(id);
const root = boxes[0];
let chosen = null;
let pointed = null; // under the mouse: its lines are drawn while nothing is chosen
let showTests = true;

boxes.forEach((box, number) => {
  box.number = number;
  box.outer = boxes[box.inside] ?? null;
  box.depth = box.outer ? box.outer.depth + 1 : 0;
  box.inner = [];
  box.folder = box.lines === undefined;
  box.outer?.inner.push(box);
});
for (let at = boxes.length - 1; at >= 0; at--) {
  const box = boxes[at];
  box.files = box.folder ? box.inner.flatMap((inner) => inner.files) : [box];
  box.rings = new Set(box.files.map((file) => file.circle).filter((ring) => ring !== undefined));
}
const edges = uses.map(([source, target, kind, places, line]) => {
  const edge = { source: boxes[source], target: boxes[target], kind, places, line };
  edge.back = kind === IMPORT && leadsUp(edge.source, edge.target);
  return edge;
});
for (const box of boxes) [box.out, box.into] = [[], []];
for (const edge of edges) {
  edge.source.out.push(edge);
  edge.target.into.push(edge);
}

/** Whether the layers say that `one` should not need `other`. */
function leadsUp(one, other) {
  while (one.outer !== other.outer) {
    if (one.depth >= other.depth) one = one.outer;
    else other = other.outer;
  }
  return one.layer <= other.layer;
}

const isTest = (file) => file.role === "test";
const isShown = (box) => showTests || !box.files.every(isTest);

/** The box that stands for a file now: itself, or the outermost closed folder around it. */
function shownFor(file) {
  let shown = file;
  for (let box = file; box; box = box.outer) if (box.folder && !box.open) shown = box;
  return shown;
}

// Building

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

function count(number, one) {
  return `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
}

function build(box) {
  const head = element("div", "head");
  head.tabIndex = -1;
  if (box.folder) {
    const fold = element("span", "fold");
    fold.addEventListener("click", (event) => {
      event.stopPropagation();
      toggle(box);
    });
    head.append(fold);
  }
  head.append(element("span", "name", box.name), element("small", ""), element("span", "mark"));
  head.lastChild.previousSibling.textContent = box.folder ? box.files.length : "";
  head.title = box.path;
  head.addEventListener("click", () => choose(chosen === box ? null : box));
  head.addEventListener("dblclick", () => box.folder && toggle(box));
  head.addEventListener("keydown", (event) => pressed(event, box));
  for (const [name, at] of [["mouseenter", box], ["mouseleave", null]]) {
    head.addEventListener(name, () => {
      pointed = at;
      if (!chosen) drawLines();
    });
  }
  const role = box.files.every((file) => file.role === box.files[0]?.role) && box.files[0]?.role;
  box.at = element("div", `box ${box.folder ? "folder" : "file"} ${role || ""}`, head);
  head.setAttribute("role", "treeitem");
  head.setAttribute("aria-label", box.path);
  head.setAttribute("aria-level", box.depth);
  box.head = head;
  if (box.rings.size) box.at.classList.add("circle");
  return box.at;
}

function fill(box) {
  const rows = element("div", "rows");
  const top = Math.max(...box.inner.map((inner) => inner.layer));
  for (let layer = top; layer >= ALONE; layer--) {
    const row = box.inner.filter((inner) => inner.layer === layer);
    if (row.length) rows.append(element("div", "row", ...row.map(build)));
  }
  (box.at ?? by("boxes")).append(rows);
  box.rows = rows;
  for (const inner of box.inner) if (inner.folder) refold(inner);
}

function refold(box) {
  if (box.open && !box.rows) fill(box);
  if (box.rows) box.rows.hidden = !box.open;
  box.at.classList.toggle("open", Boolean(box.open));
  box.head.setAttribute("aria-expanded", String(Boolean(box.open)));
  box.head.querySelector(".fold").textContent = box.open ? "▾" : "▸";
}

function setOpen(box, open) {
  box.open = open;
  if (box.at) refold(box);
}

function toggle(box) {
  setOpen(box, !box.open);
  draw();
}

function reveal(box) {
  const around = [];
  for (let outer = box.outer; outer; outer = outer.outer) around.unshift(outer);
  for (const outer of around) if (!outer.open) setOpen(outer, true);
}

// Choosing

function choose(box) {
  chosen = box;
  if (box) {
    if (!isShown(box)) by("tests").click();
    reveal(box);
  }
  history.replaceState(null, "", box ? `#${encodeURIComponent(box.path)}` : "#");
  draw();
  details();
  if (box) focus(box);
}

function focus(box) {
  document.querySelector(".head[tabindex='0']")?.setAttribute("tabindex", "-1");
  box.head.tabIndex = 0;
  box.head.focus({ preventScroll: true });
  box.head.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Files reached by imports from some files; `near` is one step away. */
function reached(files, edgesOf, end) {
  const seen = new Set(files);
  const near = new Set();
  let wave = [...files];
  for (let step = 0; wave.length; step++) {
    const next = [];
    for (const file of wave) {
      for (const edge of file[edgesOf]) {
        const other = edge[end];
        if ((step && edge.kind !== IMPORT) || seen.has(other)) continue;
        seen.add(other);
        next.push(other);
        if (!step) near.add(other);
      }
    }
    wave = next;
  }
  for (const file of files) seen.delete(file);
  return { near, all: seen };
}

function paint() {
  const states = ["chosen", "users", "needs", "far"];
  for (const box of boxes) {
    box.at?.classList.remove(...states);
    box.head?.setAttribute("aria-selected", String(box === chosen));
  }
  document.body.classList.toggle("choosing", chosen !== null);
  if (!chosen) return;
  chosen.at.classList.add("chosen");
  const steps = new Map(); // of a box: how far it is each way, 1 or 2 and more
  for (const [state, edgesOf, end] of [["users", "into", "source"], ["needs", "out", "target"]]) {
    const { near, all } = reached(chosen.files, edgesOf, end);
    for (const file of all) {
      const box = shownFor(file);
      if (box === chosen) continue;
      const far = steps.get(box) ?? {};
      far[state] = Math.min(far[state] ?? 2, near.has(file) ? 1 : 2);
      steps.set(box, far);
    }
  }
  for (const [box, { users = 3, needs = 3 }] of steps) {
    if (users <= needs) box.at?.classList.add("users");
    if (needs <= users) box.at?.classList.add("needs");
    if (Math.min(users, needs) > 1) box.at?.classList.add("far");
  }
}

// Lines

function draw() {
  for (const box of boxes) if (box.at) box.at.hidden = !isShown(box);
  paint();
  drawLines();
}

function drawLines() {
  const lines = by("lines");
  lines.replaceChildren();
  const origin = by("canvas").getBoundingClientRect();
  lines.setAttribute("width", origin.width);
  lines.setAttribute("height", origin.height);
  const places = new Map();
  const placeOf = (box) => {
    if (!places.has(box)) places.set(box, box.head.getBoundingClientRect());
    return places.get(box);
  };
  for (const line of shownLines()) {
    const from = placeOf(line.source);
    const to = placeOf(line.target);
    const up = to.top < from.bottom;
    const level = Math.abs(to.top - from.top) < 8; // in a row: over the boxes between
    const x1 = from.left + from.width / 2 - origin.left;
    const x2 = to.left + to.width / 2 - origin.left;
    const y1 = (up ? from.top : from.bottom) - origin.top;
    const y2 = (up ? to.bottom : to.top) - origin.top;
    const end = level ? to.top - origin.top : y2;
    const bend = level ? -34 : ((up ? -1 : 1) * Math.max(24, Math.abs(y2 - y1))) / 2;
    const bow = level ? bend : -bend;
    path(lines, line, `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${end + bow} ${x2} ${end}`);
    tip(lines, line, x2, end, level || !up ? -1 : 1);
  }
}

function path(lines, line, way) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("d", way);
  made.setAttribute("class", line.state);
  made.setAttribute("stroke-width", Math.min(4, 1 + Math.log10(line.places)).toFixed(2));
  lines.append(made);
}

function tip(lines, line, x, y, side) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("d", `M${x} ${y}l-3.5 ${side * 7}h7z`);
  made.setAttribute("class", `tip ${line.state}`);
  made.style.stroke = "none";
  lines.append(made);
}

/** What is drawn: of one box all; else all when they are few, else those that lead up. */
function shownLines() {
  const one = chosen ?? pointed;
  const own = one && new Set(one.files);
  const pairs = new Map();
  for (const edge of edges) {
    const touches = own && (own.has(edge.source) || own.has(edge.target));
    if (edge.kind !== IMPORT && !touches) continue;
    let source = shownFor(edge.source);
    let target = shownFor(edge.target);
    if (one?.open) {
      if (own.has(edge.source) && !own.has(edge.target)) source = one;
      if (own.has(edge.target) && !own.has(edge.source)) target = one;
    }
    if (source === target || !isShown(source) || !isShown(target)) continue;
    const key = source.number * boxes.length + target.number;
    const line = pairs.get(key) ?? { source, target, places: 0, soft: true, back: false };
    line.places += edge.places;
    line.soft &&= edge.kind !== IMPORT;
    line.back ||= edge.back;
    line.touches ||= touches && source !== target;
    line.state = own?.has(edge.source) ? "needs" : "users";
    pairs.set(key, line);
  }
  const all = [...pairs.values()];
  for (const line of all) {
    const state = line.touches ? line.state : "";
    line.state = `${line.back ? "back" : state}${line.soft ? " soft" : ""}`;
  }
  if (one) return all.filter((line) => line.touches);
  return all.length <= FEW_LINES ? all : all.filter((line) => line.back).slice(0, FEW_LINES);
}

// What the side says

function details() {
  by("details").replaceChildren(...(chosen ? aboutBox(chosen) : aboutAll()));
}

function item(box, note, className = "") {
  const button = element("button", className, box.path || "everything", " ");
  button.append(element("small", "", note));
  button.addEventListener("click", () => choose(box));
  return element("li", "", button);
}

function list(title, items) {
  if (!items.length) return [];
  const more = items.length > LISTED ? [element("li", "", `… ${items.length - LISTED} more`)] : [];
  const shown = element("ul", "", ...items.slice(0, LISTED), ...more);
  return [element("h3", "", title), shown];
}

function aboutBox(box) {
  const own = new Set(box.files);
  const lines = box.files.reduce((sum, file) => sum + file.lines, 0);
  const what = box.folder ? count(box.files.length, "file") : box.role;
  const said = [
    element("h2", "", box.path),
    element("p", "", `${what}, ${count(lines, "line")}`),
  ];
  const into = box.files.flatMap((file) => file.into.filter((edge) => !own.has(edge.source)));
  const out = box.files.flatMap((file) => file.out.filter((edge) => !own.has(edge.target)));
  const users = gathered(into, "source");
  const needs = gathered(out, "target");
  const ring = box.folder ? undefined : box.circle;
  const around = ring === undefined ? [] : boxes.filter((one) => one.circle === ring && one !== box);
  return [
    ...said,
    ...list(`Used by ${count(users.length, "file")}`, users.map(user)),
    ...list(`Uses ${count(needs.length, "file")}`, needs.map(user)),
    ...list(`In a circle with ${count(around.length, "file")}`, around.map((one) => item(one, ""))),
    ...(users.length || needs.length ? [] : [element("p", "", "Nothing here is known to use it, and it uses nothing here.")]),
  ];
}

/** The files at the other end, each with its first use, those against the layers first. */
function gathered(found, end) {
  const files = new Map();
  for (const edge of found) {
    const before = files.get(edge[end]);
    if (!before) files.set(edge[end], { other: edge[end], ...edge });
    else {
      before.places += edge.places;
      before.kind = Math.min(before.kind, edge.kind);
      before.back ||= edge.back;
    }
  }
  return [...files.values()].sort((a, b) => b.back - a.back || b.places - a.places);
}

function user({ other, source, kind, places, line, back }) {
  const how = kind === IMPORT ? "" : kind === TYPES ? ", for types only" : ", without importing it";
  const where = line ? `${source.name}:${line}` : "";
  return item(other, `${places} × ${where}${how}${back ? ", against the layers" : ""}`, back ? "back" : "");
}

function aboutAll() {
  const rings = new Map();
  for (const box of boxes) {
    if (box.circle !== undefined) rings.set(box.circle, [...(rings.get(box.circle) ?? []), box]);
  }
  const up = edges.filter((edge) => edge.back).sort((a, b) => a.places - b.places);
  const legend = element("div", "legend");
  legend.innerHTML = `<p>Each box stands above what it imports. Point at one to see its lines, choose it to see who uses it and what it needs.</p>
    <p><span style="color:var(--users)">↑</span> uses it, <span style="color:var(--needs)">↓</span> is used by it; dashed: through others</p>
    <p><span style="color:var(--circle)">▌</span> in a circle of imports; red lines lead up</p>
    <p><kbd>/</kbd> find, arrows move, <kbd>Enter</kbd> chooses, <kbd>Space</kbd> opens, <kbd>Esc</kbd> lets go</p>`;
  const files = root.files.length;
  return [
    element("h2", "", `${count(files, "file")}, ${count(edges.filter((e) => e.kind === IMPORT).length, "import")} between them`),
    legend,
    ...list(
      rings.size ? count(rings.size, "circle") : "",
      [...rings.values()].flatMap((ring) => item(ring[0], `and ${count(ring.length - 1, "more file")}`)),
    ),
    ...list(
      `${count(up.length, "import")} against the layers`,
      up.map((edge) => item(edge.source, `:${edge.line} → ${edge.target.path}`, "back")),
    ),
  ];
}

// Keys and controls

function pressed(event, box) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (steps[event.key]) move(box, ...steps[event.key]);
  else if (event.key === "Enter") choose(chosen === box ? null : box);
  else if (event.key === " " && box.folder) toggle(box);
  else return;
  event.preventDefault();
}

/** To the box that lies that way, rather straight on than near. */
function move(box, dx, dy) {
  const middle = (at) => [at.left + at.width / 2, at.top + at.height / 2];
  const [x, y] = middle(box.head.getBoundingClientRect());
  let best = null;
  let least = Infinity;
  for (const other of boxes) {
    if (other === box || !other.head || !other.head.offsetParent) continue;
    const [ox, oy] = middle(other.head.getBoundingClientRect());
    const along = (ox - x) * dx + (oy - y) * dy;
    const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
    if (along > 4 && along + 3 * aside < least) {
      least = along + 3 * aside;
      best = other;
    }
  }
  if (best) focus(best);
}

function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const rank = (box) => {
    const name = box.name.toLowerCase();
    const at = name.indexOf(words[0]);
    return (at < 0 ? 2 : at > 0 ? 1 : 0) * 1000 + box.path.length;
  };
  return boxes
    .filter((box) => box.path && words.every((word) => box.path.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 12);
}

function suggest() {
  const found = find(by("search").value);
  by("found").replaceChildren(
    ...found.map((box, number) => {
      const made = element("li", "", box.path + (box.folder ? "/" : ""));
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", String(number === 0));
      made.id = `found-${number}`;
      made.addEventListener("mousedown", () => take(box));
      made.box = box;
      return made;
    }),
  );
  by("found").hidden = !found.length;
  by("search").setAttribute("aria-expanded", String(found.length > 0));
  by("search").setAttribute("aria-activedescendant", found.length ? "found-0" : "");
}

function take(box) {
  by("search").value = "";
  suggest();
  choose(box);
}

by("search").addEventListener("input", suggest);
by("search").addEventListener("blur", () => { by("found").hidden = true; });
by("search").addEventListener("focus", suggest);
by("search").addEventListener("keydown", (event) => {
  const options = [...by("found").children];
  const at = options.findIndex((option) => option.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && at >= 0) take(options[at].box);
  else if (step && options.length) {
    const next = (at + step + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === next)));
    by("search").setAttribute("aria-activedescendant", `found-${next}`);
    event.preventDefault();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.activeElement === by("search")) by("search").blur();
    choose(null);
  } else if (event.key === "/" && document.activeElement !== by("search")) {
    by("search").focus();
    event.preventDefault();
  }
});
by("open").addEventListener("click", () => {
  const closed = boxes.filter((box) => box.folder && !box.open && box.outer.open && isShown(box));
  for (const box of closed) setOpen(box, true);
  draw();
});
by("close").addEventListener("click", () => {
  for (const box of boxes) if (box.folder && box !== root) setOpen(box, false);
  choose(null);
});
by("tests").addEventListener("change", () => {
  showTests = by("tests").checked;
  if (chosen && !isShown(chosen)) chosen = null;
  draw();
  details();
});
by("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)";
  document.documentElement.style.colorScheme = dark ? "light" : "dark";
});
new ResizeObserver(() => draw()).observe(by("boxes"));

root.open = 1;
fill(root);
const wanted = decodeURIComponent(location.hash.slice(1));
choose(boxes.find((box) => box.path && box.path === wanted) ?? null);
root.inner[0]?.head.setAttribute("tabindex", "0");
