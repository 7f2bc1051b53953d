import { isRecord } from '../../apimachinery/object.ts';
import { badRequest, internalError } from '../../apimachinery/status.ts';
import type { Authentication } from '../../authentication/index.ts';
import type { AuthenticationResult } from '../../authentication/types.ts';
import { selfSubjectReview } from '../../authorization/reviews.ts';
import type { VirtualResource, VirtualResources } from './types.ts';

/** POST `/tokenreviews`: whose token this is, and for which of the asked audiences it is good. */
const tokenReview = ({ authenticator, audiences }: Authentication): VirtualResource => ({
  async create(body, _caller, _target, validated) {
    const spec = isRecord(body['spec']) ? body['spec'] : {};
    const token = spec['token'];
    if (typeof token !== 'string' || token === '') {
      throw badRequest('token is required for TokenReview in authentication');
    }
    await validated();
    const asked =
      Array.isArray(spec['audiences']) && spec['audiences'].length > 0 ? spec['audiences'] : audiences;
    const result = await authenticator.authenticate({
      headers: {},
      headerValues: () => [],
      path: '',
      certificates: [],
      transportUser: undefined,
      tokens: [{ token: token.trimEnd() }],
      parameters: undefined,
      audiences: asked,
    });
    body['status'] = statusOf(result);
    return body;
  },
});

function statusOf(result: AuthenticationResult): object {
  if (!result) return { user: {} };
  if ('invalid' in result) return { error: result.invalid, user: {} };
  // Who checks a token for somebody else must learn whom it is for.
  if (!result.audiences?.length) throw internalError('error validating audiences');
  const { userInfo } = selfSubjectReview(result.user);
  return { authenticated: true, user: userInfo, audiences: [...result.audiences] };
}

export const tokenReviews = (authentication: Authentication): VirtualResources =>
  new Map([['authentication.k8s.io/tokenreviews', tokenReview(authentication)]]);
