import type { Loose } from '../../helpers/api.ts';

/** One kind in one version, as a user writes it and as the server shows it. */
export interface KindCase {
  /** `apps/v1/deployments`, `v1/pods` */
  readonly of: string;
  /** Default `sample`. */
  readonly name?: string;
  /** Beyond the name. */
  readonly metadata?: object;
  /** The fields beside apiVersion, kind and metadata. */
  readonly manifest: Loose;
  /** What reading it back shows beyond the manifest, as far as named; `undefined` is absent. */
  readonly shows?: Loose;
  /** What somebody else in the server writes into its status a moment after it is created. */
  readonly settles?: Loose;
  /** Merge patch of the desired state. */
  readonly change: Loose;
  /** metadata.generation after the create and after the change. Default: none. */
  readonly generation?: readonly [number | undefined, number | undefined];
  /** Labels are part of the desired state. */
  readonly labelCounts?: boolean;
  /** Written through `/status`. */
  readonly status?: Loose;
  /** Merge patch that spoils the manifest. */
  readonly spoil: Loose;
  /** What the server says of the spoilt manifest after `… is invalid: `. */
  readonly refusal: string;
  /** Columns: name, `#` for the one in name format, `:type` unless string, `*` when wide. */
  readonly columns: string;
  /** A regular expression for what is not known before. */
  readonly cells: readonly unknown[];
}

/** Kinds that keep the generation of their spec. */
export const counted = [1, 2] as const;

export const defaultColumns = 'Name#|Created At:date';

/** When the cluster of the tests stands still. */
export const now = '2026-01-01T00:00:00Z';

export const container = { name: 'main', image: 'nginx:1.27' };
export const labels = { app: 'web' };
export const template = { metadata: { labels }, spec: { containers: [container] } };

/** The same kind in other versions of its group, with what differs there. */
export const alsoIn = (
  kind: KindCase,
  apiVersions: readonly string[],
  differs: Partial<KindCase> = {},
): KindCase[] =>
  apiVersions.map((apiVersion) => ({
    ...kind,
    ...differs,
    of: `${apiVersion}/${kind.of.slice(kind.of.lastIndexOf('/') + 1)}`,
  }));
