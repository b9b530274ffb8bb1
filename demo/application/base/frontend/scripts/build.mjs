// Writes dist/: every file of src/, with a content hash in the names of scripts and styles.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

const hashed = new Set([".js", ".css"]);

mkdirSync("dist/assets", { recursive: true });
let page = readFileSync("src/index.html", "utf8");
for (const file of readdirSync("src").filter((name) => hashed.has(extname(name)))) {
  const content = readFileSync(join("src", file));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const target = `assets/${file.slice(0, -extname(file).length)}.${hash}${extname(file)}`;
  if (!page.includes(`"${file}"`)) {
    throw new Error(`src/index.html does not use ${file}`);
  }
  page = page.replaceAll(`"${file}"`, `"/${target}"`);
  writeFileSync(join("dist", target), content);
}
writeFileSync("dist/index.html", page);
