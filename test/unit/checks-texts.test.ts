import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { composeFileProblems, composeServices } from "../../plan/checks/compose-file";
import { makeTargets, mentionedTargets, pageAssets, relativeLinks } from "../../plan/checks/texts";

const APPLICATION = join(__dirname, "..", "..", "demo", "application");

describe("a docker-compose.yml", () => {
  const service = (text: string): string => `services:\n  one:\n    ${text}\n`;

  it("of either side of the demo application is valid", () => {
    const read = (path: string): string => readFileSync(join(APPLICATION, path), "utf8");
    const earlier = read("base/docker-compose.yml");
    const simplified = read("phases/8/docker-compose.yml");
    assert.deepEqual([composeFileProblems(earlier), composeServices(earlier).length], [[], 14]);
    assert.deepEqual(
      [composeFileProblems(simplified), composeServices(simplified).length],
      [[], 6],
    );
  });

  const wrong: readonly [string, RegExp][] = [
    ["services: [", /^not valid YAML: /],
    ["services: {}", /^it has no services$/],
    [service("command: x"), /^service one has neither image nor build$/],
    [service("{image: x, networks: [gone]}"), /names the network gone, which is not declared/],
    [
      service("{image: x, volumes: ['gone:/data']}"),
      /names the volume gone, which is not declared/,
    ],
    [service("{image: x, depends_on: {two: {}}}"), /names the service two, which is not declared/],
    [
      `${service("{image: x, ports: ['80:80']}")}  two: {image: y, ports: ['80:8080']}\n`,
      /^one and two both publish the port 80$/,
    ],
  ];
  for (const [text, problem] of wrong) {
    it(`is refused with ${problem.source}`, () => {
      const problems = composeFileProblems(text);
      assert.equal(problems.length, 1, problems.join("; "));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("may mount paths, use the default network and take any free port", () => {
    const text = service(
      "{image: x, networks: [default], volumes: ['./data:/data', '${A:-/b}:/c'], ports: ['80']}",
    );
    assert.deepEqual(composeFileProblems(text), []);
  });
});

describe("relative links", () => {
  it("are resolved from the file's folder; addresses, anchors and code are none", () => {
    const text = [
      "[a](B.md#part) [up](../README.md 'title') ![image](pictures/my%20car.png)",
      "[web](https://example.org) [mail](mailto:a@b.c) [here](#part) `[code](gone.md)`",
      "```\n[code](gone.md)\n```",
      "[ref]: </root.md>",
    ].join("\n");
    assert.deepEqual(
      relativeLinks("docs/A.md", text).map(({ target }) => target),
      ["docs/B.md", "README.md", "docs/pictures/my car.png", "root.md"],
    );
  });
});

describe("a page", () => {
  it("names its own scripts and styles, and nobody else's", () => {
    const html = `
      <link rel="icon" href="/icon.png"><link href='app.css' rel='stylesheet'>
      <!-- <script src="/old.js"></script> --><script type="module" src="/assets/main.js"></script>
      <script>inline()</script><script src="https://cdn.example.org/x.js"></script>`;
    assert.deepEqual(pageAssets("/shop/", html), [
      { path: "/shop/app.css", kind: "style" },
      { path: "/assets/main.js", kind: "script" },
    ]);
  });
});

describe("a Makefile", () => {
  it("has its rules as targets, not its variables and special names", () => {
    const text =
      ".PHONY: start\nX := 1\nY = a: b\nstart stop: build\n\techo a:b\nbuild::\n%.o: %.c\n";
    assert.deepEqual(makeTargets(text), ["start", "stop", "build"]);
  });

  it("is mentioned by commands in code", () => {
    const text = "`make start`, then make sure.\n```sh\n$ make test\nmake build-all\n```\n";
    assert.deepEqual(mentionedTargets(text), ["start", "test", "build-all"]);
  });
});
