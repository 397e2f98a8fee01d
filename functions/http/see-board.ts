/** The board: where every run stands. */
import { listCards, OPEN_RUNS } from '../core/cards.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { boardPage } from '../pages/board-page.ts';
import { addressOf, frameFor } from './reader.ts';
import { html } from './replies.ts';

export const seeBoard =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const { cards } = await listCards(ports, OPEN_RUNS, { limit: 50 });
    const frame = frameFor(ports, reader, 'board', addressOf(request));
    return html(
      200,
      boardPage({ frame, runs: cards.map(({ run, title }) => ({ title, href: `/runs/${encodeURIComponent(run)}` })) }),
    );
  };
