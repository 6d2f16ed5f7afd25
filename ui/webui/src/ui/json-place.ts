/** Where in a text of JSON a pointer leads. Pure; it reads text that is not (yet) JSON, too. */
import { jsonLanguage } from "@codemirror/lang-json";

type SyntaxNode = ReturnType<typeof jsonLanguage.parser.parse>["topNode"];

export interface Place {
  from: number;
  to: number;
}

/** The value at the pointer, or the nearest one around it where there is none. */
export function placeOf(text: string, pointer: string): Place {
  let node = jsonLanguage.parser.parse(text).topNode.firstChild;
  let place: Place = { from: node?.from ?? 0, to: node?.from ?? 0 };
  let key: SyntaxNode | null = null;
  for (const part of partsOf(pointer)) {
    const found: Found | null = node && child(node, part, text);
    if (!found) break;
    ({ node, key } = found);
    place = { from: (key ?? node).from, to: node.to };
  }
  // Of a large value its name is enough: the rest would fill the screen.
  if (node && (node.name === "Object" || node.name === "Array"))
    return key ? { from: key.from, to: key.to } : { from: node.from, to: node.from + 1 };
  return place;
}

interface Found {
  node: SyntaxNode;
  /** The name, of a value in an object. */
  key: SyntaxNode | null;
}

const partsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

function child(node: SyntaxNode, part: string, text: string): Found | null {
  return node.name === "Array" ? itemOf(node, Number(part)) : propertyOf(node, part, text);
}

function itemOf(list: SyntaxNode, index: number): Found | null {
  const items = childrenOf(list).filter((item) => !/^[[\],⚠]$/.test(item.name));
  const node = items[index];
  return node ? { node, key: null } : null;
}

function propertyOf(object: SyntaxNode, name: string, text: string): Found | null {
  for (const property of object.getChildren("Property")) {
    const key = property.getChild("PropertyName");
    if (key && nameIn(text.slice(key.from, key.to)) === name)
      return property.lastChild ? { node: property.lastChild, key } : null;
  }
  return null;
}

function nameIn(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let item = node.firstChild; item; item = item.nextSibling) found.push(item);
  return found;
}
