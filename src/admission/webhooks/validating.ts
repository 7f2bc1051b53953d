import type { ApiError } from '../../apimachinery/status.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';
import { createAsking, type Question } from './ask.ts';
import { createWebhookCounts } from './counts.ts';
import { denial, failedClosed, NoVerdict } from './errors.ts';
import { type Hook, hooksFrom } from './hook.ts';
import { isExempt } from './subject.ts';

const configurations = { group: 'admissionregistration.k8s.io', resource: 'validatingwebhookconfigurations' };

const failedOpen = 'failed-open.validating.webhook.admission.k8s.io/round_0_index_';

/** Asks the webhooks of ValidatingWebhookConfigurations, all at once; the refusal that comes first counts. */
export const validatingAdmissionWebhook: AdmissionPluginFactory = (tools) => {
  const hooks = hooksFrom(tools.reader, configurations);
  const counts = createWebhookCounts(tools.clock, 'validating');
  const asking = createAsking(tools, { mutating: false, counts });

  const ask = async (
    question: Question,
    at: number,
    request: AdmissionRequest,
  ): Promise<ApiError | undefined> => {
    const { hook } = question;
    try {
      await counts.counted(hook, request.operation, async () => {
        const { allowed, status } = await asking.ask(question, request);
        if (!allowed) throw denial(hook, status);
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof NoVerdict)) return error as ApiError;
      if (!hook.failsOpen) return failedClosed(error);
      request.annotate(`${failedOpen}${at}`, hook.name);
      return undefined;
    }
  };

  const askAll = async (all: readonly Hook[], request: AdmissionRequest) => {
    const questions: Question[] = [];
    for (const hook of all) {
      const question = await asking.question(hook, request);
      if (question) questions.push(question);
    }
    let first: ApiError | undefined;
    await Promise.all(
      questions.map(async (question, at) => {
        const refusal = await ask(question, at, request);
        first ??= refusal;
      }),
    );
    if (first) throw first;
  };

  return {
    name: 'ValidatingAdmissionWebhook',
    validate(request) {
      const all = hooks();
      return all.length === 0 || isExempt(request) ? undefined : askAll(all, request);
    },
    close: asking.close,
    figures: counts.figures,
  };
};
