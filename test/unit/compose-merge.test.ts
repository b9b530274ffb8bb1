import assert from "node:assert/strict";
import type { Description, Effect } from "../../plan/application/description";
import { mergeComposeFiles } from "../../plan/compose/merge/merge";
import { DESCRIPTION } from "../support/application";
import { keys, read, service } from "../support/compose-text";

/** An application with other names: what effects do to files that the demo's are not like. */
describe("a Compose file that names services, volumes and secrets in other ways", () => {
  const BACK = { services: { back: ["old-api"], instead: ["api"] } };
  const OTHER = `
services:
  old-api: { image: old, networks: [inner], volumes: ["store:/s:ro"] }
  old-web: { image: old, networks: { outer: { aliases: [www] } } }
  old-db: { image: old, networks: { inner: { ipv4_address: 10.1.0.9 } } }
networks: { outer: , inner: { internal: true } }
volumes: { store: , old_data: { name: old } }
`;

  function describes(effect: Partial<Effect>): Description {
    const [phase] = DESCRIPTION.phases;
    assert.ok(phase);
    return {
      ...DESCRIPTION,
      roles: { edge: "old-web", backend: "old-api", objectStore: "objects" },
      counterparts: {
        services: { "old-web": "web", "old-api": "api", "old-db": "db" },
        volumes: { old_data: "data" },
      },
      stores: { old_data: "postgres", data: "postgres", files: "documents" },
      placements: { "pre-simplification": {}, simplified: {} },
      phases: [{ ...phase, number: 1, effect }],
    };
  }

  function mergedWith(effect: Partial<Effect>, simplified: string, earlier = OTHER): string {
    return mergeComposeFiles({ earlier, simplified }, [1], describes(effect));
  }

  it("depends on what stands for a service that is gone, in both forms, each once", () => {
    const text = mergedWith(
      BACK,
      `
services:
  api: { image: api }
  web:
    image: web
    depends_on: [api, db] # both
  db: { image: db, depends_on: [gone] }
  job:
    image: job
    depends_on:
      # first
      api: { condition: service_healthy, restart: true }
      gone: { condition: service_started }
      db: { condition: service_completed_successfully }
  both: { image: both, depends_on: [old-api, api, api] }
  own: { image: own, depends_on: { old-api: { restart: true }, api: { restart: false } } }
`,
      OTHER.replace("networks: [inner]", "networks: [inner], depends_on: { old-db: {}, db: null }"),
    );
    assert.deepEqual(service(text, "web").depends_on, ["old-api", "db"]);
    assert.deepEqual(service(text, "job").depends_on, {
      "old-api": { condition: "service_healthy", restart: true },
      db: { condition: "service_completed_successfully" },
    });
    assert.deepEqual(service(text, "both").depends_on, ["old-api"]);
    assert.deepEqual(service(text, "own").depends_on, { "old-api": { restart: true } });
    assert.deepEqual(service(text, "old-api").depends_on, { db: null });
    assert.equal("depends_on" in service(text, "db"), false);
    assert.match(text, /depends_on: \[old-api, db\] # both/);
    assert.match(text, /# first\n {6}old-api:/);
  });

  it("joins the namespace of what stands for a service that is gone, and refuses where nothing does", () => {
    const simplified = `
services:
  api: { image: api }
  gone: { image: gone }
  side:
    image: side
    network_mode: service:api # beside it
    ipc: service:api
    pid: service:\${PEER}
    links: [api:backend, "api"]
    volumes_from: [api:ro, "container:api"]
`;
    const side = service(mergedWith(BACK, simplified), "side");
    assert.equal(side.network_mode, "service:old-api");
    assert.equal(side.ipc, "service:old-api");
    assert.equal(side.pid, "service:${PEER}");
    assert.deepEqual(side.links, ["old-api:backend", "old-api"]);
    assert.deepEqual(side.volumes_from, ["old-api:ro", "container:api"]);
    assert.equal("networks" in side, false);
    assert.match(mergedWith(BACK, simplified), /network_mode: service:old-api # beside it/);
    for (const [field, value] of [
      ["network_mode", "service:gone"],
      ["pid", "service:gone"],
      ["links", "[gone:g]"],
      ["volumes_from", "[gone]"],
    ] as const) {
      const effect = { services: { back: ["old-api"], instead: ["api", "gone"] } };
      const text = `services: { gone: {}, api: {}, side: { ${field}: "${value}" } }`;
      assert.throws(
        () => mergedWith(effect, text.replace(/"(\[.*\])"/, "$1")),
        new RegExp(`"${field}" of "side" names "gone", which is not in the merged file`),
      );
    }
  });

  it("stands where its counterpart stands if the description does not say, options included", () => {
    const text = mergedWith(
      { networks: true },
      `
services:
  web: { image: web, networks: { front: { aliases: [site] } } }
  db:
    image: db
    networks:
      - back # inner
  job: { image: job, networks: [back] }
  cron: { image: cron }
# of the simplification
networks: { front: , back: }
volumes: { unused: }
`,
    );
    assert.deepEqual(service(text, "web").networks, {
      outer: { aliases: ["www", "site", "old-web"] },
    });
    assert.deepEqual(service(text, "db").networks, {
      inner: { ipv4_address: "10.1.0.9", aliases: ["old-db"] },
    });
    assert.deepEqual(service(text, "job").networks, ["back"]);
    assert.doesNotMatch(text, /\w:,/, "Compose would have the colon in the key");
    assert.equal("networks" in service(text, "cron"), false);
    const { networks, volumes } = read(text);
    assert.deepEqual(networks, { outer: null, inner: { internal: true }, back: null });
    assert.deepEqual(volumes, { unused: null });
    assert.doesNotMatch(text, /of the simplification/);
    const beside = mergedWith(
      { services: { back: ["old-db"], instead: [] } },
      "services: { db: { image: db, networks: { back: { ipv4_address: 10.0.0.9 } } } }\nnetworks: { back: }",
    );
    assert.deepEqual(
      service(beside, "old-db").networks,
      { back: null },
      "an address is one's only",
    );
  });

  it("has its counterpart's alias on every network, the default one included, and none twice", () => {
    const text = mergedWith(
      { volumes: [{ service: "db", volume: "old_data" }] },
      `
services:
  api: { image: api }
  web:
    image: web
    networks:
      front: # public
      back: { aliases: [old-web, site], priority: 5 }
  db:
    image: db
    networks:
      - front # inner
    volumes: [{ type: volume, source: data, target: /d, read_only: true }]
networks: { front: , back: }
volumes: { data: }
`,
    );
    assert.deepEqual(service(text, "api").networks, { default: { aliases: ["old-api"] } });
    assert.deepEqual(service(text, "web").networks, {
      front: { aliases: ["old-web"] },
      back: { aliases: ["old-web", "site"], priority: 5 },
    });
    assert.match(text, /# public/);
    assert.match(text, / {6}# inner\n {6}front:\n {8}aliases:/);
    assert.deepEqual(service(text, "db").volumes, [
      { type: "volume", source: "old_data", target: "/d", read_only: true },
    ]);
    assert.deepEqual(read(text).volumes, { old_data: { name: "old" } });
  });

  it("brings the networks, volumes, secrets and configs that a service uses", () => {
    const earlier = `
services:
  tool:
    image: tool
    build: { context: ., secrets: [at-build] }
    networks: [inner]
    volumes: ["store:/s", "\${STATE:-./state}:/state", "/srv:/srv", "/anonymous"]
    secrets: [token, { source: password, target: pw }]
    configs: [settings]
networks: { inner: { internal: true } }
volumes: { store: { driver: local } }
secrets:
  # to sign with
  token: { file: ./token }
  password: { file: ./password }
  at-build: { environment: TOKEN }
  unused: { file: ./unused }
configs:
  settings: { file: ./settings }
`;
    const simplified = `
services:
  api: { image: api, volumes: ["cache:/cache"] }
volumes: { cache: , kept: }
secrets: { password: { file: ./password } }
`;
    const { networks, volumes, secrets, configs } = read(
      mergedWith({ services: { back: ["tool"], instead: [] } }, simplified, earlier),
    );
    assert.deepEqual(networks, { inner: { internal: true } });
    assert.deepEqual(volumes, { cache: null, kept: null, store: { driver: "local" } });
    assert.deepEqual(secrets, {
      password: { file: "./password" },
      "at-build": { environment: "TOKEN" },
      token: { file: "./token" },
    });
    assert.deepEqual(configs, { settings: { file: "./settings" } });
    const instead = { services: { back: ["tool"], instead: ["api"] } };
    const without = read(mergedWith(instead, simplified, earlier));
    assert.deepEqual(without.volumes, { kept: null, store: { driver: "local" } });
    const last = "services: { api: { image: api, volumes: ['cache:/c'] } }\nvolumes: { cache: }";
    const old = "services: { old-api: { image: old } }";
    assert.equal("volumes" in read(mergedWith(BACK, last, old)), false);
  });

  it("refuses a secret or a volume that is not the same in both files", () => {
    const earlier = `
services: { old-api: { image: old, secrets: [token], volumes: ["store:/s"] } }
volumes: { store: { name: old } }
secrets: { token: { file: ./old-token } }
`;
    const simplified = "services: { api: { image: api } }";
    assert.throws(
      () => mergedWith(BACK, `${simplified}\nsecrets: { token: { file: ./token } }`, earlier),
      /^Error: docker-compose\.yml: "token" in "secrets" is not the same in both files, and "old-api" comes back with the earlier one$/,
    );
    assert.throws(
      () => mergedWith(BACK, `${simplified}\nvolumes: { store: { name: new } }`, earlier),
      /"store" in "volumes" is not the same in both files/,
    );
    assert.throws(
      () =>
        mergedWith(
          { volumes: [{ service: "db", volume: "old_data" }] },
          "services: { db: { image: db, volumes: ['data:/d'] } }\nvolumes: { data: , old_data: }",
        ),
      /"old_data" in "volumes" is not the same in both files/,
    );
    const same = `${simplified}\nvolumes: { store: { name: old } }`;
    assert.deepEqual(read(mergedWith(BACK, same, earlier)).volumes, { store: { name: "old" } });
  });

  it("keeps what a service has through an anchor or a merge of one that changes or goes", () => {
    const text = mergedWith(
      { ...BACK, volumes: [{ service: "db", volume: "old_data" }] },
      `
x-nets: &nets [front] # shared
x-lonely: &lonely { depends_on: [gone] }
x-needs: &needs { depends_on: [gone, api] }
services:
  api: &api
    image: api
    environment: &env { A: "1" }
    volumes: [cache:/cache]
  job:
    <<: *api
    environment: *env
  db: &db
    image: db
    volumes: &mounts [data:/d]
    networks: *nets
    depends_on: [gone]
  replica: { <<: *db, command: [replica] }
  reader: { image: reader, volumes: *mounts, networks: *nets }
  web: { image: web, networks: &own [front] }
  beside: { image: beside, networks: *own }
  waits: { <<: *needs, image: waits }
  needs: { <<: *lonely, image: needs }
networks: { front: }
volumes: { data: , cache: }
`,
    );
    const { services, volumes } = read(text);
    assert.deepEqual(services.job, {
      image: "api",
      environment: { A: "1" },
      volumes: ["cache:/cache"],
    });
    assert.deepEqual(services.db?.volumes, ["old_data:/d"]);
    assert.deepEqual(services.replica?.volumes, ["data:/d"]);
    assert.deepEqual(services.replica.networks, ["front"]);
    assert.deepEqual(services.reader?.volumes, ["data:/d"]);
    assert.deepEqual(keys(services.db.networks), ["front"]);
    assert.deepEqual(services.web?.networks, { front: { aliases: ["old-web"] } });
    assert.deepEqual(services.beside?.networks, ["front"]);
    assert.deepEqual(services.waits?.depends_on, ["old-api"]);
    assert.deepEqual(services.needs?.depends_on, []);
    assert.deepEqual(Object.keys(volumes ?? {}).sort(), ["cache", "data", "old_data", "store"]);
    assert.match(text, /x-nets: &nets \[front\] # shared/);
    assert.match(text, /reader: \{image: reader, .*networks: \*nets\}/);
  });

  it("takes no anchor along that the file has with other content", () => {
    const text = mergedWith(
      BACK,
      "services: { api: { image: api }, job: &x { image: job } }\nx-later: *x\n",
      "services:\n  old-api:\n    image: old\n    labels: &x { a: b }\n    environment: *x\n",
    );
    assert.deepEqual(service(text, "old-api").environment, { a: "b" });
    assert.deepEqual((read(text) as unknown as Record<string, unknown>)["x-later"], {
      image: "job",
    });
  });

  it("needs the object store where documents are objects, and the folder where they are files", () => {
    const simplified = `
services:
  api: { image: api, volumes: [{ type: bind, source: ./files, target: /files }] }
  objects: { image: minio }
`;
    const objects = service(mergedWith({ documentsAsObjects: true }, simplified), "api");
    assert.equal("volumes" in objects, false);
    assert.deepEqual(objects.depends_on, ["objects"]);
    const earlier = `
services:
  old-api: { image: old, depends_on: { objects: { condition: service_healthy } } }
  objects: { image: minio }
`;
    const { phases, ...rest } = describes({ whole: true });
    const second = { ...phases[0], number: 2, effect: { documentsAsObjects: true } };
    const description = { ...rest, phases: [...phases, second] } as Description;
    const text = mergeComposeFiles({ earlier, simplified }, [1], description);
    assert.deepEqual(service(text, "old-api").volumes, [
      { type: "bind", source: "./files", target: "/files" },
    ]);
    assert.equal("depends_on" in service(text, "old-api"), false);
    assert.equal(mergeComposeFiles({ earlier, simplified }, [1, 2], description), earlier);
  });
});
