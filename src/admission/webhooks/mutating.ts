import { apiVersionOf } from '../../apimachinery/gvk.ts';
import { cloneJson, isRecord, type Json, jsonEqual } from '../../apimachinery/object.ts';
import { ApiError, internalError } from '../../apimachinery/status.ts';
import { applyJsonPatch } from '../../patch/json-patch.ts';
import { decodeText } from '../../scheme/codec/decode-text.ts';
import { valueName } from '../../scheme/codec/walk-state.ts';
import type { AdmissionPluginFactory, AdmissionRequest, RequestForm } from '../types.ts';
import { createAsking, type Question } from './ask.ts';
import { createWebhookCounts } from './counts.ts';
import { callFailure, denial, failedClosed, NoVerdict } from './errors.ts';
import { type Hook, hooksFrom } from './hook.ts';
import { isExempt } from './subject.ts';
import type { Verdict } from './verdict.ts';

const configurations = { group: 'admissionregistration.k8s.io', resource: 'mutatingwebhookconfigurations' };

const auditPrefix = 'mutation.webhook.admission.k8s.io/';

/** What is remembered of a request between the two rounds. */
interface Round {
  /** Hooks that want to see what others make of the object after them. */
  readonly reinvocable: Set<string>;
  /** Hooks that are to be asked again. */
  readonly again: Set<string>;
  /** The object when the last hook of the first round had been asked; undefined when nobody wants to know. */
  left?: unknown;
}

/** Asks the webhooks of MutatingWebhookConfigurations, one after the other. */
export const mutatingAdmissionWebhook: AdmissionPluginFactory = (tools) => {
  const hooks = hooksFrom(tools.reader, configurations);
  const counts = createWebhookCounts(tools.clock, 'mutating');
  const asking = createAsking(tools, { mutating: true, counts });
  const rounds = new WeakMap<AdmissionRequest, Round>();

  const askAll = async (all: readonly Hook[], request: AdmissionRequest, again: boolean) => {
    const round = rounds.get(request) ?? { reinvocable: new Set(), again: new Set() };
    rounds.set(request, round);
    if (again && !jsonEqual(round.left, request.object)) wakeAll(round);
    let changedAny = false;
    for (const [at, hook] of all.entries()) {
      if (again && !round.again.has(hook.key)) continue;
      const question = await asking.question(hook, request);
      if (!question) continue;
      const changed = await mutateBy(question, request, `round_${again ? 1 : 0}_index_${at}`);
      if (changed) wakeAll(round);
      changedAny ||= changed;
      if (hook.reinvocable) round.reinvocable.add(hook.key);
    }
    if (round.reinvocable.size > 0) round.left = cloneJson(request.object);
    return changedAny ? ('again' as const) : undefined;
  };

  const mutateBy = async (question: Question, request: AdmissionRequest, at: string): Promise<boolean> => {
    const { hook } = question;
    let changed = false;
    try {
      changed = await counts.counted(hook, request.operation, async () => {
        const verdict = await asking.ask(question, request);
        if (!verdict.allowed) throw denial(hook, verdict.status);
        return adopt(question, verdict, request, at);
      });
    } catch (error) {
      if (!(error instanceof NoVerdict)) throw error;
      if (!hook.failsOpen) throw failedClosed(error);
      request.annotate(`failed-open.${auditPrefix}${at}`, hook.name);
    } finally {
      const { configuration, name: webhook } = hook;
      request.annotate(`${auditPrefix}${at}`, JSON.stringify({ configuration, webhook, mutated: changed }));
    }
    return changed;
  };

  return {
    name: 'MutatingAdmissionWebhook',
    mutate(request, again) {
      const all = hooks();
      return all.length === 0 || isExempt(request) ? undefined : askAll(all, request, again);
    },
    close: asking.close,
    figures: counts.figures,
  };
};

/** The object has changed: whoever wanted to know is asked once more. */
function wakeAll({ reinvocable, again }: Round): void {
  for (const key of reinvocable) again.add(key);
  reinvocable.clear();
}

/** Does what a patch says; whether it changed anything. */
function adopt(
  question: Question,
  { patch, patchType }: Verdict,
  request: AdmissionRequest,
  at: string,
): boolean {
  if (patch === undefined) return false;
  const { hook, review } = question;
  const operations = operationsIn(hook, patch);
  if (operations.length === 0) return false;
  const { object } = request;
  if (!object) {
    throw internalError(
      `admission webhook ${JSON.stringify(hook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  }
  if (patchType !== 'JSONPatch')
    throw callFailure(hook, `unsupported patch type ${JSON.stringify(patchType)}`);
  const shown = review['object'] as Json;
  const changed = orInternalError(() => applyJsonPatch(shown, operations));
  const { configuration, name: webhook } = hook;
  request.annotateContent(
    `patch.webhook.admission.k8s.io/${at}`,
    JSON.stringify({ configuration, webhook, patch: operations, patchType }),
  );
  if (jsonEqual(changed, shown)) return false;
  const form = formOf(request, question, changed);
  orInternalError(() => form.adopt(object, changed));
  return true;
}

/** A patch cannot make another kind of an object; it may forget which kind it is, or say it in another version. */
function formOf(request: AdmissionRequest, { form: shown }: Question, changed: Json): RequestForm {
  const { apiVersion = '', kind = '' } = isRecord(changed) ? changed : {};
  const same = (found: unknown, wanted: string) => found === '' || found === null || found === wanted;
  const form = [shown, ...request.forms()].find(
    ({ kind: expected }) => same(apiVersion, apiVersionOf(expected)) && same(kind, expected.kind),
  );
  if (form) return form;
  throw internalError(
    `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
  );
}

function operationsIn(hook: Hook, patch: string): Json[] {
  const fail = (why: string) => callFailure(hook, `received undecodable patch in webhook response: ${why}`);
  let value: Json;
  try {
    ({ value } = decodeText(Buffer.from(patch), 'json'));
  } catch (error) {
    throw fail((error as Error).message.replace(/^couldn't get version\/kind; json parse error: /, ''));
  }
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw fail(`json: cannot unmarshal ${valueName(value)} into Go value of type jsonpatch.Patch`);
}

/** A patch that cannot be applied is the webhook's fault, whatever its failure policy. */
function orInternalError<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    const [cause] = error instanceof ApiError ? (error.status.details?.causes ?? []) : [];
    throw internalError(cause?.message ?? (error as Error).message);
  }
}
