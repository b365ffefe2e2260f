Console.WriteLine("nothing");
