import type { DatabaseSync } from 'node:sqlite';
import { textOf } from './errors.ts';
import { integrityOf } from './upkeep.ts';

/** What must not be found in the log, and what it would mean. Each query gives `revision` and `detail`. */
const rules: readonly { readonly what: string; readonly query: string }[] = [
  {
    what: 'the row is not after the row that it replaces',
    query: 'SELECT revision, previous_revision AS detail FROM log WHERE previous_revision >= revision',
  },
  {
    what: 'the row is older than its key',
    query: 'SELECT revision, create_revision AS detail FROM log WHERE create_revision > revision',
  },
  {
    what: 'the row replaces one of another key',
    query: `SELECT one.revision, other.key AS detail FROM log one JOIN log other ON other.revision = one.previous_revision
      WHERE other.key <> one.key`,
  },
  {
    what: 'the row does not name the one before it of the same key',
    query: `SELECT revision, earlier AS detail FROM (
      SELECT revision, previous_revision, lag(revision) OVER (PARTITION BY key ORDER BY revision) AS earlier FROM log
    ) WHERE earlier <> previous_revision`,
  },
  {
    what: 'the row says that its key was made at another time than the row before says',
    query: `SELECT one.revision, other.create_revision AS detail FROM log one
      JOIN log other ON other.revision = one.previous_revision
      WHERE one.value IS NOT NULL AND other.value IS NOT NULL AND one.create_revision <> other.create_revision`,
  },
  {
    what: 'the row belongs to a lease that is not there',
    query: `SELECT max(revision) AS revision, lease AS detail FROM log GROUP BY key
      HAVING value IS NOT NULL AND lease <> 0 AND lease NOT IN (SELECT id FROM lease)`,
  },
];

const maxFindings = 100;

/** What is wrong with the database itself and with the order of its revisions, at most a hundred findings of each kind. */
export function sqliteFindings(db: DatabaseSync): string[] {
  try {
    const damaged = integrityOf(db).map((text) => `database: ${text}`);
    const wrong = rules.flatMap(({ what, query }) =>
      db
        .prepare(`${query} LIMIT ${maxFindings}`)
        .all()
        .map(({ revision, detail }) => `revision ${revision}: ${what} (${detail})`),
    );
    return [...damaged, ...wrong];
  } catch (error) {
    return [`database: ${textOf(error)}`];
  }
}
