import assert from "node:assert/strict";
import { namedFiles } from "../../plan/compose/named-files";

describe("what a Compose file names that Compose has to read", () => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    ["nothing", "services: { web: { image: web, volumes: ['./config:/config'] } }", "", []],
    ["a file of variables", "services: { web: { env_file: .env.web } }", "", ["values .env.web"]],
    [
      "several, one of them optional",
      "services: { web: { env_file: [./a.env, { path: b/b.env, required: false }] } }",
      "",
      ["values a.env", "values b/b.env optional"],
    ],
    ["a file of labels", "services: { web: { label_file: [l.env] } }", "", ["values l.env"]],
    [
      "a service of another file",
      "services: { web: { extends: { file: common/base.yml, service: web } } }",
      "",
      ["compose common/base.yml"],
    ],
    ["a service of its own", "services: { web: { extends: { service: base } } }", "", []],
    [
      "files that are included",
      "include: [a.yml, { path: [b/b.yml, c.yml], env_file: b/.env }]",
      "",
      ["compose a.yml", "compose b/b.yml", "compose c.yml", "values b/.env"],
    ],
    [
      "what is merged from an anchor",
      "x-base: &base { env_file: base.env }\nservices: { web: { <<: *base } }",
      "",
      ["values base.env"],
    ],
    [
      "relative to the folder of a file that was extended",
      "services: { web: { env_file: [../web.env, own.env] } }",
      "common",
      ["values web.env", "values common/own.env"],
    ],
  ];
  for (const [title, text, folder, expected] of cases) {
    it(`is ${title}`, () => {
      const { files, problems } = namedFiles(text, "docker-compose.yml", folder);
      const told = files.map(
        ({ path, kind, required }) => `${kind} ${path}${required ? "" : " optional"}`,
      );
      assert.deepEqual([told, problems], [expected, []]);
    });
  }

  for (const name of ["/etc/web.env", "../web.env", "~/web.env", "${FILE}"]) {
    it(`is refused where it is no path of the release: ${name}`, () => {
      const text = JSON.stringify({ services: { web: { env_file: name } } });
      const { files, problems } = namedFiles(text, "docker-compose.yml", "");
      assert.deepEqual(files, []);
      assert.equal(problems[0]?.what, `names "${name}", which is no path of the release`);
    });
  }
});
