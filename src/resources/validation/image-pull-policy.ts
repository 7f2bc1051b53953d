/** The tag of an image reference: `latest` without tag and digest, '' with a digest only. */
function tagOf(image: string): string {
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  if (colon >= 0) return name.slice(colon + 1);
  return at < 0 && name !== '' ? 'latest' : '';
}

/** Images that move are pulled every time. */
export const defaultImagePullPolicy = (image: string): 'Always' | 'IfNotPresent' =>
  tagOf(image) === 'latest' ? 'Always' : 'IfNotPresent';
