"use strict";
// Nodes come with their distance; here they get a place in its column, and lines between them.
const { summary, nodes, uses, leftOut, notCovered } = JSON.parse(
  document.getElementById("content").textContent,
);
const KINDS = {
  asked: "asked about",
  contract: "contract changed, or gone",
  body: "body changed",
  broken: "breaks, or may",
  user: "depends on it",
  test: "test that depends on it",
};
const by = (id) => document.getElementById(id);
let chosen = null;
let pointed = null;

nodes.forEach((node, number) => Object.assign(node, { number, into: [], out: [] }));
const edges = uses.map(([source, target, level, sure]) => {
  const edge = { source: nodes[source], target: nodes[target], level, sure };
  edge.target.into.push(edge);
  edge.source.out.push(edge);
  return edge;
});
order();

/** Who uses the same stands together: a file's place is the mean of what it leads to. */
function order() {
  for (const node of nodes) node.rank = node.number;
  for (let depth = 1; depth <= Math.max(...nodes.map((node) => node.depth), 0); depth++) {
    for (const node of nodes.filter((one) => one.depth === depth)) {
      const to = node.out.map((edge) => edge.target.rank);
      if (to.length) node.rank = to.reduce((sum, rank) => sum + rank, 0) / to.length;
    }
  }
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Words with `code` in them. */
function words(text) {
  return text.split("`").map((piece, at) => (at % 2 ? element("code", "", piece) : piece));
}

function fill() {
  const depths = [...new Set(nodes.map((node) => node.depth))].sort((a, b) => a - b);
  for (const depth of depths) {
    const own = nodes.filter((node) => node.depth === depth);
    const members = own.reduce((sum, node) => sum + node.members, 0);
    const first = own.every((node) => node.kind === "asked") ? "Asked about" : "Changed";
    const title = depth === 0 ? first : depth === 1 ? "1 step away" : `${depth} steps away`;
    const column = element("section", "column", element("h2", "", `${title} · ${members}`));
    for (const [path, inside] of cards(own)) column.append(card(path, inside));
    by("columns").append(column);
  }
  if (leftOut) by("columns").lastChild?.append(element("h2", "", `and ${leftOut} more`));
}

function cards(own) {
  const files = new Map();
  for (const node of own) files.set(node.path, [...(files.get(node.path) ?? []), node]);
  const rank = (inside) => Math.min(...inside.map((node) => node.rank));
  return [...files].sort(([, a], [, b]) => rank(a) - rank(b));
}

function card(path, inside) {
  const made = element("div", "card");
  const whole = inside.length === 1 && inside[0].label === path;
  if (!whole) made.append(element("h3", "", element("bdi", "", path)));
  made.append(...inside.map(button));
  return made;
}

function button(node) {
  const made = element("button", `node ${node.kind}`, name(node));
  if (node.members > 1) made.append(element("small", "", `${node.members} symbols`));
  else if (node.place) made.append(element("small", "", `:${node.place.split(":").at(-1)}`));
  made.setAttribute("aria-label", node.name);
  made.title = node.said || node.name;
  made.addEventListener("click", () => choose(chosen === node ? null : node));
  made.addEventListener("mouseenter", () => point(node));
  made.addEventListener("mouseleave", () => point(null));
  node.at = made;
  return made;
}

/** Of a path the end says most, so the beginning is what gives way. */
function name(node) {
  return node.label === node.path ? element("b", "path", element("bdi", "", node.label)) : element("b", "", node.label);
}

function point(node) {
  pointed = node;
  paint();
}

function choose(node) {
  chosen = node;
  paint();
  details();
}

/** A node with all that leads to it and all that it leads to. */
function around(node) {
  const seen = new Set([node]);
  for (const [edgesOf, end] of [["into", "source"], ["out", "target"]]) {
    const waiting = [node];
    while (waiting.length) {
      for (const edge of waiting.pop()[edgesOf]) {
        if (!seen.has(edge[end])) {
          seen.add(edge[end]);
          waiting.push(edge[end]);
        }
      }
    }
  }
  return seen;
}

function paint() {
  const one = chosen ?? pointed;
  const on = one ? around(one) : new Set();
  document.body.classList.toggle("choosing", one !== null);
  for (const node of nodes) {
    node.at.classList.toggle("on", on.has(node));
    node.at.classList.toggle("chosen", node === chosen);
  }
  for (const edge of edges) {
    edge.path?.classList.toggle("on", on.has(edge.source) && on.has(edge.target));
  }
}

function draw() {
  const lines = by("lines");
  lines.replaceChildren();
  const origin = by("canvas").getBoundingClientRect();
  lines.setAttribute("width", origin.width);
  lines.setAttribute("height", origin.height);
  for (const edge of edges) {
    edge.path = null;
    const from = edge.target.at.getBoundingClientRect();
    const to = edge.source.at.getBoundingClientRect();
    if (!from.width || !to.width) continue;
    const y1 = from.top + from.height / 2 - origin.top;
    const y2 = to.top + to.height / 2 - origin.top;
    const x1 = from.right - origin.left;
    const same = Math.abs(from.left - to.left) < 4; // in one column: around the right side
    const x2 = (same ? to.right : to.left) - origin.left;
    const bend = same ? 40 : Math.max(40, (x2 - x1) / 2);
    const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
    made.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 + (same ? bend : -bend)} ${y2} ${x2} ${y2}`);
    made.setAttribute("class", `${edge.level}${edge.sure ? "" : " unsure"}`);
    lines.append(made);
    edge.path = made;
  }
  paint();
}

function details() {
  by("details").replaceChildren(...(chosen ? aboutNode(chosen) : aboutAll()));
}

function item(node, note) {
  const made = element("button", "", element("b", "", node.label), " ", element("small", "", ...words(note)));
  made.addEventListener("click", () => choose(node));
  return element("li", "", made);
}

function list(title, items) {
  return items.length ? [element("h3", "", title), element("ul", "", ...items)] : [];
}

function aboutNode(node) {
  const said = node.said ? [element("p", "", ...words(node.said))] : [];
  const users = node.into.map(({ source, level }) => item(source, source.said || level || source.place));
  const needs = node.out.map(({ target }) => item(target, target.place));
  return [
    element("h2", "", node.label),
    element("p", "", node.place || node.path),
    element("p", "", KINDS[node.kind]),
    ...said,
    ...list("Used by", users),
    ...list("Uses", needs),
  ];
}

function aboutAll() {
  const present = Object.entries(KINDS).filter(([kind]) => nodes.some((node) => node.kind === kind));
  const legend = present.map(([kind, words]) => {
    const key = element("span", "key");
    key.style.borderColor = `var(--${kind === "user" ? "line" : kind})`;
    return element("p", "", key, words);
  });
  const broken = nodes.filter((node) => node.kind === "broken");
  return [
    element("h2", "", "Impact"),
    element("p", "", `${summary}.`),
    ...legend,
    ...list("Breaks, or may", broken.map((node) => item(node, node.said))),
    ...list("Not covered", notCovered.map((gap) => element("li", "", element("small", "", gap)))),
  ];
}

by("summary").textContent = summary;
by("tests").addEventListener("change", () => {
  for (const node of nodes) if (node.kind === "test") node.at.hidden = !by("tests").checked;
  for (const made of document.querySelectorAll(".card")) {
    made.hidden = [...made.querySelectorAll(".node")].every((node) => node.hidden);
  }
  draw();
});
by("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)";
  document.documentElement.style.colorScheme = dark ? "light" : "dark";
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") choose(null);
});
fill();
new ResizeObserver(draw).observe(by("columns"));
details();
draw();
