export const name = "@nexus-forge/nx";
