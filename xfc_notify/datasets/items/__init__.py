"""What the files of a dataset hold: the arrays in npy and HDF5 files, each with its shape, type, hash, statistics."""
