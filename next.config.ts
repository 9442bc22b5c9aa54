import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: false,
  serverExternalPackages: ["libsql"],
  devIndicators: false,
  agentRules: false,
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
};

export default config;
