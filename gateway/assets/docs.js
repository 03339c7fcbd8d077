// Renders openapi.json as a page. Text from the document becomes text nodes, never markup.
"use strict";

const VERBS = ["get", "post", "put", "patch", "delete", "head", "options"];
const DEPTH = 6;
let api;

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null));
  return node;
}

const byId = (id) => document.getElementById(id);

function resolve(value) {
  if (!value?.$ref) return value;
  const parts = value.$ref.slice(2).split("/").map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
  const { $ref, ...siblings } = value;
  return { ...parts.reduce((at, part) => at?.[part], api), ...siblings };
}

const refName = (value) => value?.$ref?.split("/").pop();

// Text with `code`.
function inline(text) {
  return text.split(/(`[^`]+`)/).map((part) =>
    part.startsWith("`") && part.length > 2 ? el("code", {}, part.slice(1, -1)) : part);
}

// Paragraphs, and lists whose lines begin with "- ".
function prose(text) {
  return (text ?? "").split(/\n\n+/).filter(Boolean).map((block) => {
    const lines = block.split("\n");
    return lines[0].startsWith("- ")
      ? el("ul", {}, lines.map((line) => el("li", {}, inline(line.replace(/^- /, "")))))
      : el("p", {}, inline(lines.join(" ")));
  });
}

function typeName(schema) {
  const whole = resolve(schema) ?? {};
  if (whole.type === "array") return `list of ${typeName(whole.items)}`;
  if (refName(schema)) return refName(schema);
  if (whole.additionalProperties?.type || whole.additionalProperties?.$ref) {
    return `map of ${typeName(whole.additionalProperties)}`;
  }
  const type = [whole.type ?? "any"].flat().join(" or ");
  return whole.format ? `${type} (${whole.format})` : type;
}

// The schema whose fields are worth unfolding: that of an object, of a list's items, of a map's values.
function inner(schema) {
  const whole = resolve(schema);
  if (whole?.type === "array") return inner(whole.items);
  if (typeof whole?.additionalProperties === "object") return inner(whole.additionalProperties);
  return whole?.properties || whole?.enum ? whole : undefined;
}

function fields(schema, depth, seen) {
  const whole = inner(schema);
  if (!whole?.properties || depth > DEPTH || seen.includes(whole.properties)) return null;
  return el("dl", {}, Object.entries(whole.properties).map(([name, field]) => {
    const below = inner(field);
    const nested = fields(field, depth + 1, [...seen, whole.properties]);
    return [
      el("dt", {}, el("code", {}, name), " ", el("span", { class: "faint" }, typeName(field)),
        field.deprecated ? el("span", { class: "faint" }, ", deprecated") : null),
      el("dd", {}, prose(field.description ?? (below?.enum ? below.description : "")),
        nested ? el("details", {}, el("summary", {}, "Fields of ", el("code", {}, name)), nested) : null),
    ];
  }));
}

function example(schema, seen = []) {
  const whole = resolve(schema) ?? {};
  if (whole.examples?.length) return whole.examples[0];
  if (whole.enum) return whole.enum.find((value) => !value.endsWith("_UNSPECIFIED")) ?? whole.enum[0];
  if (seen.includes(refName(schema) ?? whole)) return undefined;
  const around = [...seen, refName(schema) ?? whole];
  switch ([whole.type].flat()[0]) {
    case "object": {
      const entries = Object.entries(whole.properties ?? {});
      return Object.fromEntries(entries.map(([name, field]) => [name, example(field, around)]));
    }
    case "array": {
      const item = example(whole.items, around);
      return item === undefined || item === "" ? [] : [item];
    }
    case "boolean": return false;
    case "integer": case "number": return 0;
    case "string":
      if (whole.format === "date-time") return "2026-01-01T00:00:00Z";
      if (whole.format?.endsWith("int64")) return "0";
      return "";
    default: return null;
  }
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl(verb, path, operation) {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name) => {
    const parameter = (operation.parameters ?? []).map(resolve).find((p) => p.in === "path" && p.name === name);
    return encodeURIComponent(parameter?.example ?? parameter?.schema?.examples?.[0] ?? name.toUpperCase());
  });
  const lines = [`curl -sS ${quoted(location.origin + filled)}`];
  if (!["get", "post"].includes(verb)) lines.push(`-X ${verb.toUpperCase()}`);
  if (operation.security?.length) lines.push('-H "authorization: Bearer $TOKEN"');
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type === "application/json") {
    lines.push("-H 'content-type: application/json'");
    lines.push(`-d ${quoted(JSON.stringify(example(body.schema)))}`);
  } else if (type) lines.push("--data-binary @body");
  else if (verb === "post") lines.push("-X POST");
  return lines.join(" \\\n  ");
}

function code(text, label) {
  const copy = el("button", {
    type: "button",
    "aria-label": `Copy: ${label}`,
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    },
  }, "Copy");
  return el("div", { class: "code" }, el("pre", { tabindex: "0", "aria-label": label }, el("code", {}, text)), copy);
}

function parameters(operation) {
  const all = (operation.parameters ?? []).map(resolve);
  if (!all.length) return null;
  return [el("h4", {}, "Parameters"), el("dl", {}, all.map((parameter) => [
    el("dt", {}, el("code", {}, parameter.name), " ",
      el("span", { class: "faint" }, `${typeName(parameter.schema)}, in ${parameter.in}${parameter.required ? ", required" : ""}`)),
    el("dd", {}, prose(parameter.description)),
  ]))];
}

function requestBody(operation) {
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (!type) return null;
  return [
    el("h4", {}, "Request body ", el("span", { class: "faint" }, type)),
    prose(operation.requestBody.description),
    fields(content.schema, 0, []),
    type === "application/json" && inner(content.schema)
      ? code(JSON.stringify(example(content.schema), null, 2), "example of the request body") : null,
  ];
}

function response([status, reference]) {
  const whole = resolve(reference);
  const [type, content] = Object.entries(whole.content ?? {})[0] ?? [];
  const good = status.startsWith("2");
  const list = good && content ? fields(content.schema, 0, []) : null;
  return [
    el("dt", {}, el("code", {}, status), " ", el("span", { class: "faint" }, type ?? "")),
    el("dd", {}, prose(whole.description),
      list ? el("details", {}, el("summary", {}, "Fields"), list) : null,
      good && content && inner(content.schema)
        ? el("details", {}, el("summary", {}, "Example"),
          code(JSON.stringify(example(content.schema), null, 2), "example of the answer")) : null),
  ];
}

function responses(operation) {
  const all = Object.entries(operation.responses);
  const fails = ([status]) => !/^[23]/.test(status);
  const failures = all.filter(fails);
  return [
    el("h4", {}, "Responses"),
    el("dl", {}, all.filter((entry) => !fails(entry)).map(response)),
    el("details", {}, el("summary", {}, "Failures: ", failures.map(([status]) => status).join(", ")),
      el("dl", {}, failures.map(response))),
  ];
}

function access(operation) {
  if (!operation.security?.length) return "Open to anyone, without credentials.";
  const permission = operation["x-required-permission"];
  return permission ? `Needs the permission \`${permission}\`.` : "Needs credentials.";
}

function route(verb, path) {
  return el("div", { class: "route" }, el("span", { class: `verb ${verb}` }, verb), el("code", {}, path));
}

function article({ verb, path, operation, aliases }) {
  return el("article", { id: operation.operationId, "aria-labelledby": `h-${operation.operationId}` },
    el("h3", { id: `h-${operation.operationId}` }, operation.summary || operation.operationId),
    route(verb, path),
    aliases.length ? el("details", {}, el("summary", {}, "Also at"), aliases.map((alias) => route(alias.verb, alias.path))) : null,
    prose(operation.description),
    operation.description?.includes("Needs ") ? null : prose(access(operation)),
    parameters(operation), requestBody(operation), responses(operation),
    el("h4", {}, "Try it"), code(curl(verb, path, operation), `curl for ${operation.summary}`));
}

// Each operation once, with the other places it can be called at.
function operations() {
  const all = Object.entries(api.paths).flatMap(([path, item]) =>
    VERBS.filter((verb) => item[verb]).map((verb) => ({ verb, path, operation: item[verb] })));
  const aliases = (id) => all.filter(({ operation }) => operation["x-alias-of"] === id);
  return all.filter(({ operation }) => !operation["x-alias-of"])
    .map((entry) => ({ ...entry, aliases: aliases(entry.operation.operationId) }));
}

function render() {
  document.title = `${api.info.title} API reference`;
  byId("title").textContent = document.title;
  byId("version").textContent = `version ${api.info.version}`;
  byId("about").append(...prose(api.info.description));
  const all = operations();
  const sections = api.tags.map((tag) => {
    const own = all.filter(({ operation }) => operation.tags.includes(tag.name));
    const links = el("ul", {});
    const section = el("section", { "aria-labelledby": `tag-${tag.name}` },
      el("h2", { id: `tag-${tag.name}` }, tag.name), prose(tag.description));
    const entries = own.map((entry) => {
      const { verb, path, operation } = entry;
      const node = article(entry);
      const link = el("li", {}, el("a", { href: `#${operation.operationId}` },
        el("span", { class: `verb ${verb}` }, verb), operation.summary || path));
      links.append(link);
      section.append(node);
      return { node, link, text: `${verb} ${path} ${node.textContent}`.toLowerCase() };
    });
    const heading = el("h2", {}, tag.name);
    byId("contents").append(heading, links);
    byId("list").append(section);
    return { section, heading, entries };
  });
  byId("search").addEventListener("input", (event) => search(sections, event.target.value, all.length));
  count(all.length, all.length);
  if (location.hash) byId(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function search(sections, text, total) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { section, heading, entries } of sections) {
    let any = false;
    for (const entry of entries) {
      const fits = words.every((word) => entry.text.includes(word));
      entry.node.hidden = entry.link.hidden = !fits;
      any ||= fits;
      shown += fits;
    }
    section.hidden = heading.hidden = !any;
  }
  byId("about").hidden = words.length > 0;
  count(shown, total);
}

function count(shown, total) {
  byId("status").textContent = shown === total ? `${total} operations` : `${shown} of ${total} operations`;
}

function theme() {
  const button = byId("theme");
  let dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const show = () => button.setAttribute("aria-pressed", String(dark));
  button.addEventListener("click", () => {
    dark = !dark;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    show();
  });
  show();
}

theme();
fetch("openapi.json")
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
  .then((document) => {
    api = document;
    render();
  })
  .catch((error) => {
    byId("status").textContent = `openapi.json cannot be shown: ${error.message}`;
  });
