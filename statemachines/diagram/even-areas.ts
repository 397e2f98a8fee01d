/**
 * Areas side by side as bands of one height.
 *
 * Promises: an area only grows downwards, and only over ground on which nothing else stands.
 */

import type { Picture, Shape } from './pieces.ts';

type Ground = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

const CLEAR = 12;

const isFree = (picture: Picture, ground: Ground, area: Shape): boolean => {
  const hits = (left: number, right: number, top: number, bottom: number): boolean =>
    left < ground.right + CLEAR && right > ground.left - CLEAR && top < ground.bottom + CLEAR && bottom > ground.top;
  if (picture.shapes.some((one) => one !== area && hits(one.x, one.x + one.width, one.y - CLEAR, one.y + one.height)))
    return false;
  return !picture.wires.some((wire) =>
    wire.points.some((point, index) => {
      const next = wire.points[index + 1] ?? point;
      return hits(
        Math.min(point.x, next.x),
        Math.max(point.x, next.x),
        Math.min(point.y, next.y),
        Math.max(point.y, next.y),
      );
    }),
  );
};

/** Gives areas that begin at one height the height of the tallest, where there is room. */
export const evenAreas = (picture: Picture): Picture => {
  const areas = picture.shapes.filter((shape) => shape.kind === 'area');
  const tallest = new Map<number, number>();
  for (const { y, height } of areas) tallest.set(y, Math.max(tallest.get(y) ?? 0, height));
  const shapes = picture.shapes.map((shape) => {
    if (shape.kind !== 'area') return shape;
    const height = tallest.get(shape.y) ?? shape.height;
    const ground = {
      left: shape.x,
      right: shape.x + shape.width,
      top: shape.y + shape.height,
      bottom: shape.y + height,
    };
    return height > shape.height && isFree(picture, ground, shape) ? { ...shape, height } : shape;
  });
  return { ...picture, shapes };
};
