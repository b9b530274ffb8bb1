import { type Document, isScalar, parseDocument, visit } from "yaml";

/** @throws Error when it is not valid YAML. */
export function readCompose(text: string): Document.Parsed {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`docker-compose.yml: ${error.message}`);
  return document;
}

/** Its text again: what has not been changed keeps its form. */
export function printCompose(document: Document.Parsed): string {
  visit(document, {
    // An entry with nothing after its colon, printed in braces, would have the colon as a part of its key.
    Map: (_key, { flow, items }) => {
      if (flow !== true) return;
      for (const pair of items) {
        if (isScalar(pair.value) && pair.value.source === "") pair.value = null;
      }
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
