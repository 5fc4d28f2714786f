"""One hazard a folder, one published model a file: observations in, fields of risk on the area's grid out."""
