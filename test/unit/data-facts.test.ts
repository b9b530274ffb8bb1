import assert from "node:assert/strict";
import { type DataFacts, leastFacts } from "../../stores/data-facts";

describe("what a backup says about its databases", () => {
  it("is the lower of two counts, since rows come and go while it is made", () => {
    const before = facts({ vehicles: 5, documents: 9, sessions: 3 });
    const after = facts({ vehicles: 8, documents: 7, sessions: 3 });
    assert.deepEqual(leastFacts(before, after), facts({ vehicles: 5, documents: 7, sessions: 3 }));
  });

  it("leaves out tables and databases that were not there both times", () => {
    const before = { databases: { ...facts({ gone: 1, kept: 2 }).databases, ...OTHER } };
    assert.deepEqual(leastFacts(before, facts({ kept: 2, made: 4 })), facts({ kept: 2 }));
    assert.deepEqual(leastFacts(facts({ kept: 2 }, "1"), facts({ kept: 2 }, "2")), {
      databases: {},
    });
  });
});

const OTHER = facts({ makes: 3 }, "7", "platform_postgres_data").databases;

function facts(
  rows: Readonly<Record<string, number>>,
  identifier = "1",
  volume = "admin_postgres_data",
): DataFacts {
  return { databases: { [volume]: { identifier, rows } } };
}
