import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Entry } from "../../backup/archives/entry";
import { readTar } from "../../backup/archives/read-tar";
import { type TarPart, TarSplitter } from "../../backup/archives/split-tar";
import { readNumber } from "../../backup/archives/tar-header";
import { ARCHIVE_END, binary, collect, extended, inChunks, member } from "../support/tar";

async function read(...members: readonly Buffer[]): Promise<Entry[]> {
  return collect(readTar(inChunks(Buffer.concat([...members, ARCHIVE_END]), [300, 1, 77])));
}

function storedBytes(...blocks: readonly Buffer[]): number {
  const parts: TarPart[] = [...new TarSplitter().push(Buffer.concat(blocks))];
  const found = parts.find((part) => part.kind === "member");
  return found?.kind === "member" ? found.member.stored : NaN;
}

function base256(value: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigInt64BE(value, 4);
  bytes[0] = 0x80;
  return bytes;
}

const MAP = Buffer.alloc(512);
MAP.write("2\n3\n2\n10\n0\n");

function sparse(realSize: string, map = MAP, stored = "xy"): Buffer {
  const records = [
    ["GNU.sparse.major", "1"],
    ["GNU.sparse.minor", "0"],
    ["GNU.sparse.name", "./sparse"],
    ["GNU.sparse.realsize", realSize],
  ] as const;
  const content = Buffer.concat([map, Buffer.from(stored)]);
  return Buffer.concat([extended(records), member({ name: "GNUSparseFile.1/sparse", content })]);
}

describe("a tar stream", () => {
  it("keeps attributes and access control lists, whatever their bytes", async () => {
    const acl = "user::rw-\nuser:7:r--\ngroup::r--\nmask::r--\nother::r--";
    const records = [
      ["SCHILY.xattr.user.b", "\0\xff=\n 12 x=y\n"],
      ["SCHILY.xattr.user.a%3D%253D", ""],
      ["SCHILY.acl.access", acl],
      ["SCHILY.xattr.system.posix_acl_access", "the same list, as the kernel has it"],
      ["SCHILY.acl.default", acl],
    ] as const;
    const [entry, next] = await read(
      extended(records),
      member({ name: "a" }),
      member({ name: "b" }),
    );
    deepEqual(entry?.xattrs, {
      "acl.access": Buffer.from(acl).toString("base64"),
      "acl.default": Buffer.from(acl).toString("base64"),
      "user.a=%3D": "",
      "user.b": Buffer.from("\0\xff=\n 12 x=y\n", "latin1").toString("base64"),
    });
    deepEqual(next?.xattrs, {});
  });

  it("takes an extended header's values for the next member, a global one's for all that follow", async () => {
    const content = Buffer.from("1234567");
    const entries = await read(
      extended(
        [
          ["uid", "4000000"],
          ["comment", "x"],
        ],
        "g",
      ),
      extended([
        ["path", `./${binary("ü")}/`],
        ["gid", "5"],
        ["mtime", "7.250"],
        ["uid", ""],
      ]),
      member({ name: "x", flag: "5", mtime: 9 }),
      member({ name: "y", mtime: 9, content }),
    );
    deepEqual(
      entries.map(({ path, uid, gid, mtime, size }) => [path, uid, gid, mtime, size]),
      [
        [binary("ü"), 0, 5, "7.25", 0],
        ["y", 4_000_000, 0, "9", 7],
      ],
    );
  });

  it("may have files above 8 GiB", () => {
    const size = 9n * 2n ** 30n + 5n;
    equal(storedBytes(member({ name: "a", size: base256(size) })), Number(size));
    equal(storedBytes(extended([["size", String(size)]]), member({ name: "a" })), Number(size));
    equal(storedBytes(member({ name: "a", size: Buffer.from("77777777777\0") })), 2 ** 33 - 1);
    equal(readNumber(base256(-3n).fill(0xff, 0, 4), 0, 12), -3);
    throws(() => readNumber(base256(2n ** 60n), 0, 12), /too large/);
  });

  it("may be of PostgreSQL: no leading dots, devices and links without attributes", async () => {
    const entries = await read(
      member({ name: "base/", flag: "5" }),
      member({ name: "base/1", content: Buffer.from("x") }),
      member({ name: "old/", flag: "\0" }),
      member({ name: "pg_tblspc/5", flag: "2", link: "/else" }),
      member({ name: "null", flag: "3" }),
      member({ name: "link", flag: "1", link: "./base/1", size: Buffer.from("00000000001\0") }),
    );
    deepEqual(
      entries.map(({ path, type, target, device }) => [path, type, target, device]),
      [
        ["base", "directory", null, undefined],
        ["base/1", "file", null, undefined],
        ["old", "directory", null, undefined],
        ["pg_tblspc/5", "symlink", "/else", undefined],
        ["null", "characterDevice", null, "0:0"],
        ["link", "hardlink", "base/1", undefined],
      ],
    );
  });

  it("is refused where it leads out of the volume", async () => {
    for (const name of ["/etc/passwd", "../a", "a/../b", "a//b", "..", ""]) {
      await rejects(read(member({ name })), /not below the volume's root/);
      await rejects(
        read(member({ name: "a", flag: "1", link: name })),
        /not below the volume's root/,
      );
    }
  });

  it("is refused where it holds what is not understood", async () => {
    await rejects(read(member({ name: "a", flag: "S" })), /an unknown kind: "S"/);
    await rejects(read(member({ name: "a", flag: "constructor" })), /an unknown kind: "c"/);
    const old = extended([["GNU.sparse.size", "5"]]);
    await rejects(read(old, member({ name: "a" })), /older format than GNU's 1.0/);
  });

  it("is refused where it is damaged", async () => {
    const damaged = member({ name: "a" });
    damaged[0] = 0x62;
    await rejects(read(damaged), /does not match its checksum/);
    const bytes = (text: string): Buffer =>
      member({ name: "x", flag: "x", content: Buffer.from(text) });
    for (const text of ["x", "7 a=b\n", "5 a=b\n", "6 ab\n\n", "-1 a=b\n", "99 a=b\n"]) {
      await rejects(read(bytes(text), member({ name: "a" })), /extended header is malformed/);
    }
    const huge = member({ name: "x", flag: "x", size: base256(2n ** 40n) });
    await rejects(read(huge), /an extended header of 1099511627776 bytes/);
  });

  it("has sparse files whose map says where their content is", async () => {
    const [entry] = await read(sparse("10"));
    const content = Buffer.from("\0\0\0xy\0\0\0\0\0");
    ok(entry);
    equal(entry.path, "sparse");
    equal(entry.size, 10);
    equal(entry.sha256, createHash("sha256").update(content).digest("hex"));
  });

  it("is refused where a sparse file's map is malformed", async () => {
    const maps = ["x", "\n", "1\n2\n", "1\n9\n5\n", "1\n0\n1\n", "1\n1111111111111111\n2\n"];
    for (const text of maps) {
      const map = Buffer.alloc(512);
      map.write(text);
      await rejects(read(sparse("10", map)), /the map of a sparse file is malformed/);
    }
    await rejects(read(sparse("10", MAP, "xyz")), /the map of a sparse file is malformed/);
    await rejects(read(sparse("10", MAP, "x")), /the map of a sparse file is malformed/);
  });
});
