import type { Attributes, Authorizer } from './types.ts';

/** What is asked about a resource; `resourceRequest` and `path` go without saying. */
type Question = Omit<Attributes, 'resourceRequest' | 'path'>;

/** An authorizer as rooms that need no more see it: it allows, or it does not, and says why. */
export const accessQuestion =
  (authorizer: Authorizer) =>
  async (question: Question): Promise<{ allowed: boolean; reason: string; error: string | undefined }> => {
    const { decision, reason, error } = await authorizer.authorize({
      ...question,
      resourceRequest: true,
      path: '',
    });
    return { allowed: decision === 'allow', reason, error };
  };
