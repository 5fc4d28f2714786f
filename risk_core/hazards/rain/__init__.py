"""Rain: from station rates to accumulations and risk on the grid."""
