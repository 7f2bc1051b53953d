import { type Clock, realClock } from '../apimachinery/clock.ts';
import type { Figure } from '../apimachinery/figure.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Reloads } from '../configuration/reloads.ts';
import { batchingSink, blockingSink } from './batching.ts';
import { type AuditCounts, createAuditCounts } from './counts.ts';
import { eventJson } from './event-json.ts';
import type { AuditOptions, DeliveryOptions } from './options.ts';
import { type AuditDecision, policyEvaluator } from './policy.ts';
import { type AuditTrail, type Origin, startTrail } from './trail.ts';
import type { AuditBackend, AuditedRequest, AuditSink } from './types.ts';

/** What audit may use. */
export interface AuditTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly reloads: Reloads;
}

/** Writes down who did what. */
export interface Auditor {
  /** The trail of a request, or undefined when the policy does not want it recorded. */
  begin(audited: AuditedRequest, origin: Origin): AuditTrail | undefined;
  /** A request was refused because it could not be recorded. */
  rejected(): void;
  readonly figures: readonly Figure[];
  /** Resolves once everything recorded so far has got to where it belongs, or is counted as lost. */
  close(): Promise<void>;
}

/** Reads the files that the options name. Throws a ConfigError when one is not good. */
export async function checkAudit({ policyFile, webhook }: AuditOptions): Promise<void> {
  if (policyFile !== '') {
    const [{ parsePolicy }, { readText }] = await Promise.all([
      import('./policy-config.ts'),
      import('../configuration/read-text.ts'),
    ]);
    parsePolicy(policyFile, await readText(policyFile));
  }
  if (webhook.configFile !== '') {
    const { readWebhookTarget } = await import('../webhook/read-target.ts');
    await readWebhookTarget(webhook.configFile, realClock);
  }
}

/**
 * The auditor that the options ask for; undefined when there is no policy, or nowhere to write to. Throws a ConfigError for a
 * policy or webhook file that is not good, and a system error when the log cannot be opened.
 */
export async function createAudit(options: AuditOptions, tools: AuditTools): Promise<Auditor | undefined> {
  const { clock, log } = tools;
  const hasPolicy = options.policyFile !== '' || options.policy !== undefined;
  const hasSink =
    options.log.path !== '' || options.webhook.configFile !== '' || options.onEvent !== undefined;
  if (!hasPolicy || !hasSink) {
    if (hasSink) log.warn('no audit policy is given, so nothing is recorded');
    return undefined;
  }
  const counts = createAuditCounts(log);
  let decide: (audited: AuditedRequest) => AuditDecision = policyEvaluator(options.policy ?? { rules: [] });
  if (options.policyFile !== '') {
    const { parsePolicy } = await import('./policy-config.ts');
    await tools.reloads.follow(
      'audit-policy',
      options.policyFile,
      (text) => parsePolicy(options.policyFile, text),
      (policy) => void (decide = policyEvaluator(policy)),
    );
  }
  const sink = unionSink(await openSinks(options, counts, tools));
  return {
    begin(audited, origin) {
      const decision = decide(audited);
      counts.decided(decision.level);
      if (decision.level === 'None') return undefined;
      return startTrail(audited, origin, decision, { sink, counts, clock });
    },
    rejected: counts.rejected,
    figures: counts.figures,
    close: () => sink.close(),
  };
}

async function openSinks(
  options: AuditOptions,
  counts: AuditCounts,
  tools: AuditTools,
): Promise<AuditSink[]> {
  const { clock, log } = tools;
  const { onEvent } = options;
  const sinks: AuditSink[] = [];
  const add = (backend: AuditBackend, delivery: DeliveryOptions) =>
    sinks.push(
      delivery.mode === 'batch'
        ? batchingSink(backend, delivery, counts, clock)
        : blockingSink(backend, delivery, counts),
    );
  if (onEvent) sinks.push(callbackSink(onEvent, log));
  if (options.log.path !== '') {
    const { openLogBackend } = await import('./log/backend.ts');
    add(await openLogBackend(options.log, clock, log), options.log);
  }
  if (options.webhook.configFile !== '') {
    const { openWebhookBackend } = await import('./webhook/backend.ts');
    add(await openWebhookBackend(options.webhook, tools), options.webhook);
  }
  return sinks;
}

const callbackSink = (onEvent: (json: string) => void, log: Log): AuditSink => ({
  process(event) {
    try {
      onEvent(eventJson(event));
    } catch (error) {
      log.error('the receiver of audit events failed', { error });
    }
    return true;
  },
  close: () => Promise.resolve(),
});

/** Everybody gets every event; one that refuses is enough to refuse. */
function unionSink(sinks: readonly AuditSink[]): AuditSink {
  const [only] = sinks;
  if (only && sinks.length === 1) return only;
  return {
    process(event) {
      const answers = sinks.map((sink) => sink.process(event));
      if (answers.every((answer) => answer === true)) return true;
      return Promise.all(answers).then((taken) => taken.every(Boolean));
    },
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()));
    },
  };
}
