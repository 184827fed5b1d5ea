// Package recount is a second opinion on every sum of money and of people's time.
//
// Its tests read the raw front matter of the sample and of a thousand made
// charters with other code than ours into a database, let SQL add it up with
// whole numbers as the specification's section 5 says, and compare every figure
// of every such rollup: in the table, on its page, in CSV, workbook and JSON.
// Nothing of ours has a part in what is expected.
package recount
