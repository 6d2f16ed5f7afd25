/** The nonce of this page load: `<style>` elements that libraries make must carry it. */
export const cspNonce: string | undefined =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined;
