// Runs docs.js on an API document, on a stand-in for the page with no more DOM than the script uses.
// usage: node docs_page.mjs openapi.json
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import vm from "node:vm";

const read = (name) => readFile(new URL(`../assets/${name}`, import.meta.url), "utf8");
const [html, script] = await Promise.all([read("docs.html"), read("docs.js")]);
const document = JSON.parse(await readFile(process.argv[2], "utf8"));

class Node {
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [], listeners: {}, dataset: {}, hidden: false });
  }
  append(...children) { this.children.push(...children); }
  setAttribute(name, value) { this.attributes[name] = value; }
  addEventListener(name, listener) { this.listeners[name] = listener; }
  get textContent() { return this.children.map((child) => child.textContent ?? child).join(""); }
  set textContent(text) { this.children = [text]; }
  // Only text and nodes are ever put in: markup in a text stays text.
  set innerHTML(_) { assert.fail("markup is written"); }
  all(tag) {
    const below = this.children.flatMap((child) => (child instanceof Node ? [child, ...child.all(tag)] : []));
    return below.filter((node) => node.tag === tag);
  }
}

// The page once the script has run on this answer of the gateway.
async function page(answer) {
  const ids = [...html.matchAll(/<(\w+)[^>]* id="(\w+)"/g)].map(([, tag, id]) => [id, new Node(tag)]);
  const nodes = new Map(ids);
  const world = {
    document: {
      createElement: (tag) => new Node(tag),
      getElementById: (id) => nodes.get(id) ?? null,
      documentElement: new Node("html"),
    },
    location: { origin: "https://api.example", hash: "" },
    matchMedia: () => ({ matches: false }),
    fetch: async () => answer,
  };
  vm.runInNewContext(script, world);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return { ...Object.fromEntries(nodes), world };
}

const good = (json) => ({ ok: true, json: async () => json });
const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
  .filter((operation) => operation.operationId && !operation["x-alias-of"]);

{
  const { list, contents, status, title } = await page(good(document));
  const articles = list.all("article");
  const ids = (nodes) => nodes.map((node) => node.attributes.id).sort();
  assert.deepEqual(ids(articles), operations.map((operation) => operation.operationId).sort());
  assert.equal(contents.all("a").length, operations.length);
  assert.equal(status.textContent, `${operations.length} operations`);
  assert.equal(title.textContent, `${document.info.title} API reference`);
  for (const article of articles) {
    assert.match(article.textContent, /curl -sS 'https:\/\/api\.example\//);
    assert.doesNotMatch(article.textContent, /undefined|\[object/, article.attributes.id);
  }
}
{
  const { list, search, status } = await page(good(document));
  const wanted = operations[0];
  search.listeners.input({ target: { value: wanted.summary } });
  const shown = list.all("article").filter((article) => !article.hidden);
  assert.ok(shown.some((article) => article.attributes.id === wanted.operationId));
  assert.ok(shown.length < operations.length);
  assert.equal(status.textContent, `${shown.length} of ${operations.length} operations`);
}
{
  const hostile = structuredClone(document);
  hostile.info.description = "<img src=x onerror=alert(1)> and `code`";
  const { about } = await page(good(hostile));
  assert.match(about.textContent, /<img src=x onerror=alert\(1\)> and code/);
  assert.deepEqual(about.all("img"), []);
}
{
  const { status } = await page({ ok: false, status: 404 });
  assert.equal(status.textContent, "openapi.json cannot be shown: status 404");
}
console.log(`docs.js shows ${operations.length} operations`);
