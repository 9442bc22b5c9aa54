import { unknownRoute } from "@/server/http";

/** Whatever else is asked below /api: the same door, then "there is no such thing", never a page. */
export const GET = unknownRoute;
export const POST = unknownRoute;
export const PUT = unknownRoute;
export const PATCH = unknownRoute;
export const DELETE = unknownRoute;
