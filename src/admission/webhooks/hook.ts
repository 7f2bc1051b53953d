import type { GroupResource } from '../../apimachinery/gvk.ts';
import { type LabelSelector, selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { StampedReader } from '../../apimachinery/reader.ts';
import type { MatchCondition, Rule } from '../../resources/admissionregistration/types.ts';
import { type Webhook, webhooksOf } from '../../resources/admissionregistration/webhooks.ts';
import type { WebhookClient } from '../../resources/validation/webhook-client.ts';

export type ReviewVersion = 'v1' | 'v1beta1';

/** One webhook of a configuration, with everything worked out that does not depend on a request. */
export interface Hook {
  /** The configuration's name. */
  readonly configuration: string;
  readonly name: string;
  /** Tells hooks of the same name apart: configuration, name, and how many of that name stand before it. */
  readonly key: string;
  readonly client: WebhookClient;
  readonly rules: readonly Rule[];
  readonly matchesEquivalents: boolean;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  readonly conditions: readonly MatchCondition[];
  /** Whether a request goes on when the webhook gives no usable answer. */
  readonly failsOpen: boolean;
  /** Whether a dry run may ask it; undefined when the configuration does not say. */
  readonly sparesDryRuns: boolean | undefined;
  readonly timeoutSeconds: number;
  /** The first that both sides know; undefined when there is none. */
  readonly reviewVersion: ReviewVersion | undefined;
  /** Asked again when the object was changed after it had answered. */
  readonly reinvocable: boolean;
}

const defaultTimeoutSeconds = 10;

/** The hooks of all configurations, in the order of the configurations' names; read anew only when one has changed. */
export function hooksFrom(reader: StampedReader, configurations: GroupResource): () => readonly Hook[] {
  let hooks: readonly Hook[] = [];
  let stamp: number | undefined;
  return () => {
    const newest = reader.changeStamp(configurations);
    if (newest !== stamp) {
      hooks = [...reader.list(configurations, '')].flatMap(hooksOf);
      stamp = newest;
    }
    return hooks;
  };
}

function hooksOf(configuration: KubeObject): Hook[] {
  const seen = new Map<string, number>();
  const { name: of = '' } = configuration.metadata;
  return webhooksOf(configuration).map((webhook) => {
    const { name = '' } = webhook;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return hookOf(webhook, of, `${of}/${name}/${before}`);
  });
}

function hookOf(webhook: Webhook, configuration: string, key: string): Hook {
  const { sideEffects, admissionReviewVersions: versions = [] } = webhook;
  return {
    configuration,
    name: webhook.name ?? '',
    key,
    client: webhook.clientConfig ?? {},
    rules: webhook.rules ?? [],
    matchesEquivalents: webhook.matchPolicy === 'Equivalent',
    namespaceSelector: selectorFromLabelSelector(webhook.namespaceSelector ?? {}),
    objectSelector: selectorFromLabelSelector(webhook.objectSelector ?? {}),
    conditions: webhook.matchConditions ?? [],
    failsOpen: webhook.failurePolicy === 'Ignore',
    sparesDryRuns:
      sideEffects === undefined ? undefined : sideEffects === 'None' || sideEffects === 'NoneOnDryRun',
    timeoutSeconds: webhook.timeoutSeconds ?? defaultTimeoutSeconds,
    reviewVersion: versions.find((version) => version === 'v1' || version === 'v1beta1'),
    reinvocable: webhook.reinvocationPolicy === 'IfNeeded',
  };
}
