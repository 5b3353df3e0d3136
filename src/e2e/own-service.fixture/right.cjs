// The set-up alone, for a service in a file of its own.
process.env.WRONG = "serves elsewhere";
require("./wrong.cjs");
