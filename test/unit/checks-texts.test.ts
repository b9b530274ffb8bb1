import assert from "node:assert/strict";
import { targetsIn } from "../../checks/make-targets";
import { mentionedTargets, relativeLinks } from "../../checks/markdown";
import { pageAssets } from "../../checks/page";

describe("relative links", () => {
  const cases: readonly [name: string, text: string, targets: readonly string[]][] = [
    [
      "are resolved from the file's folder",
      "[a](B.md#part) [up](../README.md 'title') ![image](pictures/my%20car.png)",
      ["docs/B.md", "README.md", "docs/pictures/my car.png"],
    ],
    ["do not lead out of the repository", "[out](../../etc) [root](/LICENSE)", ["etc", "LICENSE"]],
    [
      "are no addresses and no anchors",
      "[web](https://example.org) [host](//example.org) [mail](mailto:a@b.c) [here](#part)",
      [],
    ],
    ["are no code", "`[code](gone.md)`\n\n```\n[code](gone.md)\n```\n\n    [code](gone.md)\n", []],
    ["are no comments", "<!-- [old](gone.md) -->\n\n\\[text](gone.md)\n", []],
    ["may be references", "[the root][ref]\n\n[ref]: </root.md>", ["root.md"]],
    [
      "may have blanks and brackets",
      "[a](<my car.md>) [b](a_(b).md)",
      ["docs/my car.md", "docs/a_(b).md"],
    ],
    [
      "may stand in headings, lists and quotes",
      "# [a](A.md)\n\n- [b](B.md)\n  > [c](C.md)\n",
      ["docs/A.md", "docs/B.md", "docs/C.md"],
    ],
  ];
  for (const [name, text, targets] of cases) {
    it(name, async () => {
      const links = await relativeLinks("docs/README.md", text);
      assert.deepEqual(
        links,
        targets.map((target) => ({ file: "docs/README.md", target })),
      );
    });
  }
});

describe("a page", () => {
  it("names its own scripts and styles, and nobody else's", () => {
    const html = `
      <link rel="icon" href="/icon.png"><link href='app.css' rel='stylesheet'>
      <!-- <script src="/old.js"></script> --><script type="module" src="/assets/main.js"></script>
      <script>inline()</script><script src="https://cdn.example.org/x.js"></script>
      <script src="//cdn.example.org/y.js"></script>`;
    assert.deepEqual(pageAssets("/shop/", html), [
      { path: "/shop/app.css", kind: "style" },
      { path: "/assets/main.js", kind: "script" },
    ]);
  });

  it("is read as a browser reads it", () => {
    const html = `<title><script src="/title.js"></script></title>
      <script data-src="/data.js">"<script src='/text.js'>"</script>
      <LINK REL=STYLESHEET HREF=../a.css?v=1&amp;w=2><link data-rel="stylesheet" href="/none.css">
      <script title="a > b" src="./b.js" defer></script><template><script src="/later.js"></script></template>`;
    assert.deepEqual(pageAssets("/shop/cart/", html), [
      { path: "/shop/a.css?v=1&w=2", kind: "style" },
      { path: "/shop/cart/b.js", kind: "script" },
    ]);
  });
});

describe("a Makefile", () => {
  it("has the targets of make's data base, not what is only needed, read or special", () => {
    const database = `# Variables

Y = a: b

# Implicit Rules

%.o: %.c

# Files

stop: build
#  Implicit rule search has not been done.
# automatic
# @ := stop
#  recipe to execute (from 'Makefile', line 5):
	echo a:b

# Not a target:
Makefile:
#  File has been updated.

build::
#  File does not exist.

start: build
#  Phony target (prerequisite of .PHONY).

.PHONY: start
#  File has not been updated.

# files hash-table stats:
# Load=9/1024=1%, Rehash=0, Collisions=0/27=0%
`;
    assert.deepEqual(targetsIn(database), ["build", "start", "stop"]);
    assert.deepEqual(targetsIn(""), []);
  });

  it("is mentioned by commands in code", async () => {
    const text =
      "`make start`, then\nmake sure, and `do not make this`.\n```sh\n$ make test\nmake build-all\n```\n";
    assert.deepEqual(await mentionedTargets(text), ["start", "test", "build-all"]);
  });
});
