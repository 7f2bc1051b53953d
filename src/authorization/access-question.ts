import type { Attributes, Authorizer } from './types.ts';

/** What is asked about a resource, or about a path, which is none. */
type Question = Omit<Attributes, 'resourceRequest' | 'path'> & { readonly path?: string };

/** An authorizer as rooms that need no more see it: it allows, or it does not, and says why. */
export const accessQuestion =
  (authorizer: Authorizer) =>
  async (question: Question): Promise<{ allowed: boolean; reason: string; error: string | undefined }> => {
    const { decision, reason, error } = await authorizer.authorize({
      ...question,
      resourceRequest: question.path === undefined,
      path: question.path ?? '',
    });
    return { allowed: decision === 'allow', reason, error };
  };
