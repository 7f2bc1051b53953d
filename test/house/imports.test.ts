import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeWords, files, importsOf, readText, tableRows } from './source.ts';

const sources = files('src/**/*.ts');

/** `src/kv/types.ts` → `kv`; `src/server.ts` → `server.ts`. */
const roomOf = (path: string): string => path.split('/')[1]!;

const everythingBelow = 'everything below it';

/** Room to the rooms it may import, from the table in docs/architecture.md. */
function readRooms(): Map<string, Set<string>> {
  const rows = tableRows(readText('docs/architecture.md'), 'room');
  const names = rows.map(([room]) => codeWords(room!)[0]!);
  return new Map(
    rows.map(([, , allowed], at) => {
      const before = allowed === everythingBelow ? names.slice(0, at) : codeWords(allowed!);
      return [names[at]!, new Set(before)];
    }),
  );
}

describe('imports', () => {
  const rooms = readRooms();

  it('every room has a row in docs/architecture.md, and every row a room', () => {
    assert.deepEqual([...rooms.keys()].sort(), [...new Set(sources.map(({ path }) => roomOf(path)))].sort());
  });

  it('go from room to room as docs/architecture.md says', () => {
    const wrong = sources.flatMap((file) => {
      const room = roomOf(file.path);
      const allowed = rooms.get(room);
      return importsOf(file)
        .filter((target) => target.startsWith('src/'))
        .filter((target) => roomOf(target) !== room && !allowed?.has(roomOf(target)))
        .map((target) => `${file.path} imports ${target}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('of rooms make no circle', () => {
    const order: string[] = [];
    const visit = (room: string, way: readonly string[]): void => {
      assert.ok(!way.includes(room), `${[...way, room].join(' → ')}`);
      if (order.includes(room)) return;
      for (const next of rooms.get(room) ?? []) visit(next, [...way, room]);
      order.push(room);
    };
    for (const room of rooms.keys()) visit(room, []);
  });

  /** Rooms whose folders are alternatives or neighbours in a list. */
  const withSiblings = ['kv', 'authentication', 'authorization', 'admission', 'transport', 'controllers'];

  it('never go between two stores, plugins, authenticators, authorizers or controllers', () => {
    const folderOf = (path: string) => path.split('/').slice(1, -1).slice(0, 2);
    const wrong = sources.flatMap((file) => {
      const [room, folder] = folderOf(file.path);
      if (!withSiblings.includes(room ?? '') || folder === undefined) return [];
      return importsOf(file)
        .filter((target) => {
          const [otherRoom, otherFolder] = folderOf(target);
          return otherRoom === room && otherFolder !== undefined && otherFolder !== folder;
        })
        .map((target) => `${file.path} imports ${target}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('of src stay in src and build', () => {
    const outside = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !/^(src|build)\//.test(target))
        .map((target) => `${file.path} imports ${target}`),
    );
    assert.deepEqual(outside, []);
  });
});
