/* Keeps the empty first page of a kiosk, so that it opens again while the network is down. Nothing anybody said. */
'use strict';
const CACHE = 'cx-kiosk-1', PATIENCE = 4000;
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => {
  const request = event.request, url = new URL(request.url), said = url.searchParams;
  if (request.mode !== 'navigate' || request.method !== 'GET' || said.get('mode') !== 'kiosk') return;
  if (!/\/s\/[^/]+$/.test(url.pathname) || said.has('sid')) return;
  said.delete('left'); said.delete('new');
  event.respondWith(open(request, url.href));
});
async function open(request, key) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await Promise.race([fetch(request), new Promise((_, late) => setTimeout(late, PATIENCE))]);
    if (answer.ok) await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(key);
    if (kept) return kept;
    throw error;
  }
}
