# Write epiestim_reproduction.csv: reproduction numbers of epiestim_series.csv by the R package EpiEstim.
#   Rscript tests/reference/epiestim.R tests/reference
# Serial interval mean 4.7, sd 2.9 days, windows of 7 days, gamma prior of mean 5 and sd 5 (the package's own).
suppressMessages(library(EpiEstim))
folder <- commandArgs(trailingOnly = TRUE)[1]
series <- read.csv(file.path(folder, "epiestim_series.csv"))
tables <- lapply(setdiff(names(series), "day"), function(name) {
  config <- make_config(list(mean_si = 4.7, std_si = 2.9, mean_prior = 5, std_prior = 5))
  found <- suppressWarnings(suppressMessages(estimate_R(series[[name]], method = "parametric_si", config = config)))$R
  data.frame(
    series = name, t_end = found$t_end, mean = found$"Mean(R)", sd = found$"Std(R)",
    q0.025 = found$"Quantile.0.025(R)", q0.05 = found$"Quantile.0.05(R)", q0.25 = found$"Quantile.0.25(R)",
    q0.5 = found$"Median(R)", q0.75 = found$"Quantile.0.75(R)", q0.95 = found$"Quantile.0.95(R)",
    q0.975 = found$"Quantile.0.975(R)", check.names = FALSE
  )
})
table <- do.call(rbind, tables)
table[-(1:2)] <- lapply(table[-(1:2)], function(x) sprintf("%.10g", x))
write.csv(table, file.path(folder, "epiestim_reproduction.csv"), row.names = FALSE, quote = FALSE)
cat("EpiEstim", as.character(packageVersion("EpiEstim")), R.version.string, "\n")
